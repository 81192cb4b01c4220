import * as tf from "@tensorflow/tfjs-core";
import { valueAndGradients } from "./backpropagate.js";

export interface ValueAuxAndGrads {
  readonly value: tf.Scalar;
  readonly aux: Record<string, tf.Tensor>;
  /** One for each parameter, under its name. */
  readonly grads: Record<string, tf.Tensor>;
}

/**
 * The value of `f`, the gradient with respect to `params`, and whatever else `f` computed on the way.
 *
 * `f` returns a scalar and any tensors (`aux`); tfjs disposes all but the scalar of a gradient closure, so `aux`
 * is kept here and handed out detached from the tape. A parameter that `f` does not use gets a zero gradient.
 * The gradient is multiplied by `scale`, from its beginning on, where there is one.
 * The caller owns every tensor that is returned.
 */
export function valueAuxAndGrads(
  f: (params: Readonly<Record<string, tf.Tensor>>) => { value: tf.Scalar; aux?: Record<string, tf.Tensor> },
  params: Readonly<Record<string, tf.Tensor>>,
  scale?: tf.Scalar,
): ValueAuxAndGrads {
  const entries = Object.entries(params);
  let aux: Record<string, tf.Tensor> = {};
  const forward = () => {
    const output = f(params);
    aux = Object.fromEntries(
      Object.entries(output.aux ?? {}).map(([name, tensor]) => [name, tf.keep(tf.clone(tensor))]),
    );
    return output.value;
  };
  try {
    return tf.tidy(() => {
      const tensors = entries.map(([, tensor]) => tensor);
      const { value, gradients } = valueAndGradients(forward, tensors, scale);
      const named = entries.map(([name, tensor], i) => [name, gradients[i] ?? tf.zerosLike(tensor)] as const);
      return { value: tf.keep(value as tf.Scalar), aux, grads: keepEach(Object.fromEntries(named)) };
    });
  } catch (error) {
    tf.dispose(aux);
    throw error;
  }
}

function keepEach(tensors: Record<string, tf.Tensor>): Record<string, tf.Tensor> {
  for (const tensor of Object.values(tensors)) tf.keep(tensor);
  return tensors;
}
