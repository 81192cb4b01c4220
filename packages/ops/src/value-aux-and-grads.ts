import * as tf from "@tensorflow/tfjs-core";

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
 * The caller owns every tensor that is returned.
 */
export function valueAuxAndGrads(
  f: (params: Readonly<Record<string, tf.Tensor>>) => { value: tf.Scalar; aux?: Record<string, tf.Tensor> },
  params: Readonly<Record<string, tf.Tensor>>,
): ValueAuxAndGrads {
  const names = Object.keys(params);
  let aux: Record<string, tf.Tensor> = {};
  const differentiate = tf.valueAndGrads((...tensors: tf.Tensor[]) => {
    const output = f(Object.fromEntries(names.map((name, i) => [name, tensors[i]])));
    aux = Object.fromEntries(
      Object.entries(output.aux ?? {}).map(([name, t]) => [name, tf.keep(tf.clone(t))]),
    );
    return output.value;
  });
  const { value, grads } = differentiate(names.map((name) => params[name]));
  return {
    value: value as tf.Scalar,
    aux,
    grads: Object.fromEntries(names.map((name, i) => [name, grads[i]])),
  };
}
