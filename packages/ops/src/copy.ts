import * as tf from "@tensorflow/tfjs-core";

/**
 * A tensor with storage of its own, same shape and values.
 *
 * `tf.clone` shares storage, which an operation that works in place would change under the clone's feet.
 */
export function copy<T extends tf.Tensor>(x: T): T {
  return tf.tidy(() => (x.dtype === "float32" ? tf.mul(x, 1) : tf.add(x, tf.zerosLike(x))) as T);
}
