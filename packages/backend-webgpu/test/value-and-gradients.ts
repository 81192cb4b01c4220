import * as tf from "@tensorflow/tfjs-core";
import { counting } from "./counting.js";

/** A value, its gradients along `dy` with respect to each input, read from the GPU, and the dispatches that they took. */
export async function valueAndGradients(
  op: (...inputs: tf.Tensor[]) => tf.Tensor,
  inputs: readonly tf.Tensor[],
  dy: Float32Array,
) {
  const forward = counting(() => tf.tidy(() => op(...inputs)));
  const y = forward.result;
  const direction = tf.tensor(dy, y.shape);
  const both = counting(() => tf.grads(op)([...inputs], direction));
  const output = {
    shape: y.shape,
    value: await y.data<"float32">(),
    gradients: await Promise.all(both.result.map((gradient) => gradient.data<"float32">())),
    dispatches: { forward: forward.dispatches, backward: both.dispatches - forward.dispatches },
  };
  tf.dispose([y, direction, both.result]);
  return output;
}
