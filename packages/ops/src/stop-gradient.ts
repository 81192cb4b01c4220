import * as tf from "@tensorflow/tfjs-core";

/** `x` as a constant: no gradient flows through it. It shares the storage of `x`. */
export function stopGradient<T extends tf.Tensor>(x: T): T {
  const { backend } = tf.engine();
  backend.incRef(x.dataId);
  // Made beside the tape, which knows tensors by what made them.
  return tf.engine().makeTensorFromDataId(x.dataId, x.shape, x.dtype, backend) as T;
}
