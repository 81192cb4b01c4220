import * as tf from "@tensorflow/tfjs-core";

/** |x| of each row, `[rows, 1]`. At least 1e-15, so that one may divide by it; shorter ones count as constant. */
export function lengthOf(x: tf.Tensor2D): tf.Tensor2D {
  return tf.sqrt(tf.maximum(tf.sum(tf.square(x), -1, true), 1e-30));
}
