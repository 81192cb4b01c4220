import * as tf from "@tensorflow/tfjs-core";
import { kernel } from "./kernel.js";

/** The sum divided by the count. */
export const mean = kernel<"x", tf.MeanAttrs>(tf.Mean, ({ inputs: { x }, attrs, stock }) => {
  if (x.dtype !== "float32" || x.size === 0) return stock();
  const axes = tf.util.parseAxisParam(attrs.axis, x.shape);
  const count = axes.reduce((product, axis) => product * x.shape[axis], 1);
  return tf.tidy(() => tf.div(tf.sum(x, axes, attrs.keepDims), count));
});
