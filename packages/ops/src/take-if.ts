import * as tf from "@tensorflow/tfjs-core";
import { defineOp, type Inputs } from "./op.js";
import { byName, type NamedTensors, numbered } from "./tensor-lists.js";

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
  const pairs = numbered(names, { next, before });
  const outputs = take({ condition, ...pairs }, { version: 1, count: names.length });
  tf.dispose(Object.values(pairs));
  return byName(names, ["taken"], outputs).taken;
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
