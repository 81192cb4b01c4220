import type * as tf from "@tensorflow/tfjs-core";

/** The sum of those gradients of a tensor that are computed already, while a kernel's is. */
let offered: { readonly kernel: string; readonly sum: tf.Tensor } | undefined;

/**
 * Runs a kernel's gradient that is to be added to `sum`. One that knows how adds itself (`takeSum`), and its result is the whole; it
 * may have written it in the place of `sum`, which has no values then.
 */
export function offerSum<T>(
  kernel: string,
  sum: tf.Tensor | undefined,
  gradient: () => T,
): { result: T; added: boolean } {
  offered = sum && { kernel, sum };
  try {
    const result = gradient();
    return { result, added: sum !== undefined && offered === undefined };
  } finally {
    offered = undefined;
  }
}

/**
 * The sum for this kernel's gradient to add to, if there is one: whoever takes it adds it. The gradient of another kernel may be made
 * of this kernel's, and its sum is none of theirs.
 */
export function takeSum(kernel: string): tf.Tensor | undefined {
  if (offered?.kernel !== kernel) return undefined;
  const { sum } = offered;
  offered = undefined;
  return sum;
}
