import * as tf from "@tensorflow/tfjs-core";
import type { Params } from "@contrastive/core";

/** `{ weight }` under `head.` is `{ "head.weight" }`. */
export function addPrefix<T>(prefix: string, params: Readonly<Record<string, T>>): Record<string, T> {
  return Object.fromEntries(Object.entries(params).map(([name, tensor]) => [prefix + name, tensor]));
}

/** The parameters under a prefix, without it. */
export function withPrefix<T>(prefix: string, params: Readonly<Record<string, T>>): Record<string, T> {
  return Object.fromEntries(
    Object.entries(params)
      .filter(([name]) => name.startsWith(prefix))
      .map(([name, tensor]) => [name.slice(prefix.length), tensor]),
  );
}

/** Disposes those tensors of `old` that `kept` does not hold. */
export function disposeReplaced(old: Params, kept: Params = {}): void {
  const live = new Set(Object.values(kept));
  for (const tensor of Object.values(old)) if (!live.has(tensor)) tensor.dispose();
}

/** Runs `f` and keeps what it returns alive outside any scope; all else that it made is disposed. */
export function tidyKeep<T extends tf.TensorContainer>(f: () => T): T {
  const result = tf.tidy(f);
  for (const tensor of tf.tensor_util.getTensorsInContainer(result)) tf.keep(tensor);
  return result;
}

/** Takes tensors into its care, and returns them. */
export type Own = <P extends tf.TensorContainer>(made: P) => P;

/** Runs `f`, then disposes what it has given into care, whether it returned or threw. */
export function disposing<T>(f: (own: Own) => T): T {
  const owned: tf.TensorContainer[] = [];
  try {
    return f(inCareOf(owned));
  } finally {
    tf.dispose(owned);
  }
}

/** Runs `f`, and disposes what it has given into care if it throws. */
export function disposingOnError<T>(f: (own: Own) => T): T {
  const owned: tf.TensorContainer[] = [];
  try {
    return f(inCareOf(owned));
  } catch (error) {
    tf.dispose(owned);
    throw error;
  }
}

function inCareOf(owned: tf.TensorContainer[]): Own {
  return (made) => {
    owned.push(made);
    return made;
  };
}
