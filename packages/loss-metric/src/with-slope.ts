import { stopGradient } from "@contrastive/ops";
import * as tf from "@tensorflow/tfjs-core";

/** The value of a function at `x` and its slope there, `f` without a gradient, as one with it; for `x` `[rows, 1]`. */
export function withSlope(
  x: tf.Tensor2D,
  f: (x: tf.Tensor2D) => { value: tf.Tensor; slope: tf.Tensor },
): tf.Tensor2D {
  const at = stopGradient(x);
  const { value, slope } = f(at);
  return tf.add(value, tf.mul(slope, tf.sub(x, at)));
}
