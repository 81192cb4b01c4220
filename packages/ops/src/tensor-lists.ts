import type * as tf from "@tensorflow/tfjs-core";
import type { Inputs } from "./op.js";

/** Tensors by name. */
export type NamedTensors = Readonly<Record<string, tf.Tensor>>;

/** `{ weight: { a, b } }` as the inputs of a kernel, `weight0, weight1`: in the order of `names`. */
export function numbered(names: readonly string[], slots: Readonly<Record<string, NamedTensors>>): Inputs {
  const inputs: Inputs = {};
  for (const [slot, tensors] of Object.entries(slots)) {
    names.forEach((name, i) => (inputs[`${slot}${i}`] = tensors[name]));
  }
  return inputs;
}

/** Outputs `[a0, b0, a1, b1, …]` by slot and name. */
export function byName<Slot extends string>(
  names: readonly string[],
  slots: readonly Slot[],
  outputs: readonly tf.Tensor[],
): Readonly<Record<Slot, NamedTensors>> {
  const named = slots.map((slot, at) => [
    slot,
    Object.fromEntries(names.map((name, i) => [name, outputs[i * slots.length + at]])),
  ]);
  // TypeScript forgets the keys of entries.
  return Object.fromEntries(named) as Record<Slot, NamedTensors>;
}
