import * as tf from "@tensorflow/tfjs-core";

/**
 * A queue `[size, …]` with `rows` `[n, …]` in front of what it held, the oldest dropped, as new constants.
 *
 * For past embeddings and their labels. The caller owns the result.
 */
export function enqueue<T extends tf.Tensor>(queue: T, rows: T): T {
  return tf.tidy(() => tf.slice(tf.concat([rows, queue], 0), 0, queue.shape[0]) as T);
}
