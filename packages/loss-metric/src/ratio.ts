import * as tf from "@tensorflow/tfjs-core";

/** Σ values / Σ counts; 0 where nothing counts. Counts are whole numbers, and constant. */
export function ratioOfSums(values: tf.Tensor, counts: tf.Tensor): tf.Scalar {
  return tf.div(tf.sum(values), tf.maximum(tf.sum(counts), 1));
}
