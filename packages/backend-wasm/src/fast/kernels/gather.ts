import * as tf from "@tensorflow/tfjs-core";
import { fastKernel, MOVABLE } from "../fast-kernel.js";
import { picksOf, take, whole } from "../layout/take.js";

export const gather = fastKernel<"x" | "indices", tf.GatherV2Attrs>(
  tf.GatherV2,
  ({ inputs: { x, indices }, attrs, stock, ...place }) => {
    const [axis] = tf.util.parseAxisParam(attrs.axis, x.shape);
    const picked = place.backend.typedArrayFromHeap(indices);
    const size = x.shape[axis];
    // The stock kernel says what is wrong with an index.
    if (attrs.batchDims > 0 || picked.some((index) => index < 0 || index >= size)) return stock();
    const picks = x.shape.map((length, other) => (other === axis ? picksOf(picked) : whole(length)));
    const { dataId, dtype } = take(place, x, picks);
    const shape = [...x.shape.slice(0, axis), ...indices.shape, ...x.shape.slice(axis + 1)];
    return { dataId, dtype, shape };
  },
  MOVABLE,
);
