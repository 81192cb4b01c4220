import { l2Normalize } from "@contrastive/ops";
import * as tf from "@tensorflow/tfjs-core";

/** s cos θ of each row, of unit length, and each vector, of any: `[rows, vectors]`. */
export function scaledCosines(x: tf.Tensor2D, vectors: tf.Tensor2D, scale: number): tf.Tensor2D {
  // The vectors are scaled, for they are fewer than the cosines.
  return tf.matMul(x, tf.mul(l2Normalize(vectors), scale), false, true);
}

/** What stands at each row's class, `[rows, 1]`. */
export function atTarget(scores: tf.Tensor2D, target: tf.Tensor2D): tf.Tensor2D {
  return tf.sum(tf.mul(scores, target), -1, true);
}

/**
 * `accuracy`, the share of rows whose own class has the highest score, without a margin; `targetCosine`, the mean cosine of a
 * row to the vector of its class. Scores are `[rows, classes]`, labels `[rows]`, the cosines `[rows, 1]`.
 */
export function classMetrics(scores: tf.Tensor2D, labels: tf.Tensor1D, cosine: tf.Tensor2D) {
  const right = tf.cast(tf.equal(tf.argMax(scores, -1), labels), "float32");
  const rows = labels.size;
  return {
    accuracy: tf.div<tf.Scalar>(tf.sum(right), rows),
    targetCosine: tf.div<tf.Scalar>(tf.sum(cosine), rows),
  };
}
