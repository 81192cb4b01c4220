import type * as tf from "@tensorflow/tfjs-core";

/** The sum of those gradients of a tensor that are computed already, while another one is. */
let offered: tf.Tensor | undefined;

/**
 * Runs a gradient that is to be added to `sum`. One that knows how adds itself (`takeSum`), and its result is the whole; it may have
 * written it in the place of `sum`, which has no values then.
 */
export function offerSum<T>(sum: tf.Tensor | undefined, gradient: () => T): { result: T; added: boolean } {
  offered = sum;
  try {
    const result = gradient();
    return { result, added: sum !== undefined && offered === undefined };
  } finally {
    offered = undefined;
  }
}

/** The sum to add to, if there is one: whoever takes it adds it. */
export function takeSum(): tf.Tensor | undefined {
  const sum = offered;
  offered = undefined;
  return sum;
}
