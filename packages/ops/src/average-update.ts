import * as tf from "@tensorflow/tfjs-core";
import { defineOp, type Inputs } from "./op.js";
import { byName, type NamedTensors, numbered } from "./tensor-lists.js";

/** The attributes of kernel `AverageUpdate`. */
export interface AverageUpdateAttributes {
  readonly version: 1;
  readonly decay: number;
  /** How many averages. */
  readonly count: number;
}

/**
 * Exponential moving averages after a step, float32, under the names of `averages`: `decay · average + (1 − decay) · value`.
 *
 * Disposes the averages it is given; the caller owns what it returns.
 *
 * Kernel `AverageUpdate`: inputs `average0, value0, average1, …`, outputs `[average0, average1, …]`. An output may be the input's
 * storage only where nobody else holds that.
 */
export function averageUpdate(averages: NamedTensors, values: NamedTensors, decay: number): NamedTensors {
  const names = Object.keys(averages);
  if (names.length === 0) return {};
  const inputs = numbered(names, { average: averages, value: values });
  const outputs = update(inputs, { version: 1, decay, count: names.length });
  tf.dispose(Object.values(averages));
  return byName(names, ["averages"], outputs).averages;
}

const update = defineOp<Inputs, AverageUpdateAttributes>({
  name: "AverageUpdate",
  reference(inputs, { decay, count }) {
    const [old, current] = [tf.scalar(decay), tf.scalar(1 - decay)];
    return Array.from({ length: count }, (_, i) =>
      tf.add(tf.mul(inputs[`average${i}`], old), tf.mul(inputs[`value${i}`], current)),
    );
  },
});
