import * as tf from "@tensorflow/tfjs-core";
import { defineOp, type Inputs } from "./op.js";
import { byName, type NamedTensors } from "./tensor-lists.js";

/** The attributes of kernel `TakeIf`. */
export interface TakeIfAttributes {
  readonly version: 1;
  /** How many pairs. */
  readonly count: number;
}

/**
 * The tensors of `next` where the scalar `condition` is not 0, and those of `before`, of the same shapes and types under the same names,
 * where it is: bit for bit, whatever the others hold. Nothing is read back.
 *
 * Disposes `next` and `before`; the caller owns what it returns.
 *
 * Kernel `TakeIf`: inputs `condition, next0, before0, next1, …`, outputs in the order of `next`. An output may be the storage of `next`
 * only where nobody else holds that.
 */
export function takeIf(condition: tf.Scalar, next: NamedTensors, before: NamedTensors): NamedTensors {
  const names = Object.keys(next);
  if (names.length === 0) return {};
  const [all, others] = [next, before].map((tensors) => names.map((name) => tensors[name]));
  const outputs = takeEach(condition, all, others);
  tf.dispose([...all, ...others]);
  return byName(names, ["taken"], outputs).taken;
}

/** The same of lists, which it leaves alone. */
export function takeEach(
  condition: tf.Tensor,
  next: readonly tf.Tensor[],
  before: readonly tf.Tensor[],
): tf.Tensor[] {
  const inputs: Inputs = { condition };
  next.forEach((tensor, i) => Object.assign(inputs, { [`next${i}`]: tensor, [`before${i}`]: before[i] }));
  return take(inputs, { version: 1, count: next.length });
}

const take = defineOp<Inputs, TakeIfAttributes>({
  name: "TakeIf",
  reference({ condition, ...pairs }, { count }) {
    const taken = tf.cast(condition, "bool");
    return Array.from({ length: count }, (_, i) => {
      const [next, before] = [pairs[`next${i}`], pairs[`before${i}`]];
      // tfjs broadcasts the condition, which it can't to nothing.
      return next.size === 0 ? tf.clone(next) : tf.where(taken, next, before);
    });
  },
});
