import * as tf from "@tensorflow/tfjs-core";

/** The sum of the squares of a square matrix's elements off its diagonal. */
export function offDiagonalSquares(matrix: tf.Tensor2D): tf.Scalar {
  const mask = tf.sub(1, tf.eye(matrix.shape[0]));
  return tf.sum(tf.mul(mask, tf.square(matrix)));
}
