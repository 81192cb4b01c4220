import * as tf from "@tensorflow/tfjs-core";
import { ContrastiveError, type Params } from "@contrastive/core";

/** The same tensors under `prefix/name`. */
export function under(prefix: string, params: Params): Params {
  return Object.fromEntries(Object.entries(params).map(([name, tensor]) => [`${prefix}/${name}`, tensor]));
}

/** Those named `prefix/…`, without the prefix. */
export function within(prefix: string, params: Params): Params {
  return Object.fromEntries(
    Object.entries(params)
      .filter(([name]) => name.startsWith(`${prefix}/`))
      .map(([name, tensor]) => [name.slice(prefix.length + 1), tensor]),
  );
}

/** The state `slot/name` of every gradient. Throws where one is missing: the state is another optimizer's. */
export function stateOf(transform: string, slot: string, state: Params, gradients: Params): Params {
  const found = within(slot, state);
  const missing = Object.keys(gradients).find((name) => found[name] === undefined);
  if (missing === undefined) return found;
  throw new ContrastiveError({
    who: `optimizer "${transform}"`,
    what: `the state has no "${slot}/${missing}"`,
    got: Object.keys(state),
    fix: "Use the state that init() of the same optimizer made for the same weights",
  });
}

export function map(params: Params, f: (tensor: tf.Tensor, name: string) => tf.Tensor): Params {
  return Object.fromEntries(Object.entries(params).map(([name, tensor]) => [name, f(tensor, name)]));
}

export function zerosLike(weights: Params): Params {
  return map(weights, (weight) => tf.zerosLike(weight));
}

export function dispose(...consumed: readonly Params[]): void {
  for (const params of consumed) tf.dispose(Object.values(params));
}
