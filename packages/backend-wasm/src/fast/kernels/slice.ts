import * as tf from "@tensorflow/tfjs-core";
import { fastKernel, MOVABLE } from "../fast-kernel.js";
import { take } from "../layout/take.js";

export const slice = fastKernel<"x", tf.SliceAttrs>(
  tf.Slice,
  ({ inputs: { x }, attrs, ...place }) => {
    const [begin, size] = tf.slice_util.parseSliceParams(x, attrs.begin, attrs.size);
    const picks = begin.map((from, axis) => [{ from, count: size[axis] }]);
    return take(place, x, picks);
  },
  MOVABLE,
);
