import * as tf from "@tensorflow/tfjs-core";
import { byName, type NamedTensors, numbered } from "./tensor-lists.js";
import { defineUpdate } from "./update-op.js";

/** The attributes of kernel `SgdUpdate`. */
export interface SgdUpdateAttributes {
  readonly version: 1;
  readonly learningRate: number;
  /** Where it is 0, there are no inputs `momentum`. */
  readonly momentum: number;
  readonly nesterov: boolean;
  /** One for each weight. */
  readonly weightDecays: readonly number[];
}

export interface SgdUpdateOptions extends Omit<SgdUpdateAttributes, "version" | "weightDecays"> {
  readonly weightDecay: (name: string) => number;
}

/**
 * A step of stochastic gradient descent on all weights, under the names of `weights`:
 * `m ← momentum · m + g + weightDecay · w`, then `w ← w − learningRate · m`, or with Nesterov's momentum
 * `w ← w − learningRate · (g + weightDecay · w + momentum · m)`.
 *
 * Where `condition` is there and 0, weights and momentum stay as they are, bit for bit.
 *
 * Disposes what it is given but the condition; the caller owns what it returns.
 *
 * Kernel `SgdUpdate`, or with another input `condition` `SgdUpdateIf`: inputs `weight0, gradient0, momentum0, weight1, …`, outputs
 * `[weight0, momentum0, weight1, …]`. An output may be the input's storage only where nobody else holds that.
 */
export function sgdUpdate(
  { weights, gradients, momentum }: Readonly<Record<"weights" | "gradients" | "momentum", NamedTensors>>,
  { weightDecay, ...attributes }: SgdUpdateOptions,
  condition?: tf.Scalar,
): { weights: NamedTensors; momentum: NamedTensors } {
  const names = Object.keys(weights);
  if (names.length === 0) return { weights: {}, momentum: {} };
  const moves = attributes.momentum !== 0;
  const inputs = numbered(names, {
    weight: weights,
    gradient: gradients,
    ...(moves ? { momentum } : {}),
  });
  const outputs = update(
    inputs,
    { version: 1, ...attributes, weightDecays: names.map(weightDecay) },
    condition,
  );
  tf.dispose(Object.values(inputs));
  if (moves) return byName(names, ["weights", "momentum"], outputs);
  return { ...byName(names, ["weights"], outputs), momentum: {} };
}

const update = defineUpdate<SgdUpdateAttributes>({
  name: "SgdUpdate",
  moving: ({ momentum }) => (momentum === 0 ? ["weight"] : ["weight", "momentum"]),
  reference(inputs, { learningRate, momentum, nesterov, weightDecays }) {
    // One tensor for a factor and not one for each product: a number would be uploaded every time.
    const [rate, inertia] = [tf.scalar(learningRate), tf.scalar(momentum)];
    return weightDecays.flatMap((weightDecay, i) => {
      const weight = inputs[`weight${i}`];
      const gradient = decayed(inputs[`gradient${i}`], weight, weightDecay);
      const descend = (step: tf.Tensor) => tf.sub(weight, tf.mul(step, rate));
      if (momentum === 0) return [descend(gradient)];
      const next = tf.add(gradient, tf.mul(inputs[`momentum${i}`], inertia));
      return [descend(nesterov ? tf.add(gradient, tf.mul(next, inertia)) : next), next];
    });
  },
});

/** The gradient with an L2 penalty in it. */
export function decayed(gradient: tf.Tensor, weight: tf.Tensor, weightDecay: number): tf.Tensor {
  return weightDecay === 0 ? gradient : tf.add(gradient, tf.mul(weight, weightDecay));
}
