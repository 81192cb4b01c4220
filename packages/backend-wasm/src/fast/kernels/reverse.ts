import * as tf from "@tensorflow/tfjs-core";
import { fastKernel, MOVABLE } from "../fast-kernel.js";
import { picksOf, take, whole } from "../layout/take.js";

export const reverse = fastKernel<"x", tf.ReverseAttrs>(
  tf.Reverse,
  ({ inputs: { x }, attrs: { dims }, ...place }) => {
    const axes = tf.util.parseAxisParam(dims, x.shape);
    const picks = x.shape.map((size, axis) =>
      axes.includes(axis) ? picksOf(Array.from({ length: size }, (_, i) => size - 1 - i)) : whole(size),
    );
    return take(place, x, picks);
  },
  MOVABLE,
);
