import * as tf from "@tensorflow/tfjs-core";
import { decayed } from "./sgd-update.js";
import { byName, type NamedTensors, numbered } from "./tensor-lists.js";
import { defineUpdate } from "./update-op.js";

/** The attributes of kernel `LarsUpdate`. */
export interface LarsUpdateAttributes {
  readonly version: 1;
  readonly learningRate: number;
  /** Where it is 0, there are no inputs `momentum`. */
  readonly momentum: number;
  readonly nesterov: boolean;
  /** η. */
  readonly trustCoefficient: number;
  /** One for each weight. */
  readonly weightDecays: readonly number[];
  /** For each weight, whether its step is scaled by its trust ratio. */
  readonly adapts: readonly boolean[];
}

export interface LarsUpdateOptions extends Omit<LarsUpdateAttributes, "version" | "weightDecays" | "adapts"> {
  readonly weightDecay: (name: string) => number;
  readonly adapts: (name: string) => boolean;
}

/**
 * A step of LARS (You et al. 2017, in the form of SimCLR's code) on all weights, under the names of `weights`. With
 * `g' = g + weightDecay · w` and `s = −learningRate · g' · η‖w‖ / ‖g'‖` (that ratio is 1 where a norm is zero, and for weights that
 * do not adapt): `m ← momentum · m + s`, then `w ← w + m`, or with Nesterov's momentum `w ← w + s + momentum · m`.
 *
 * Where `condition` is there and 0, weights and momentum stay as they are, bit for bit.
 *
 * Disposes what it is given but the condition; the caller owns what it returns.
 *
 * Kernel `LarsUpdate`, or with another input `condition` `LarsUpdateIf`: inputs `weight0, gradient0, momentum0, weight1, …`, outputs
 * `[weight0, momentum0, weight1, …]`. An output may be the input's storage only where nobody else holds that.
 */
export function larsUpdate(
  { weights, gradients, momentum }: Readonly<Record<"weights" | "gradients" | "momentum", NamedTensors>>,
  { weightDecay, adapts, ...attributes }: LarsUpdateOptions,
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
    {
      version: 1,
      ...attributes,
      weightDecays: names.map(weightDecay),
      adapts: names.map(adapts),
    },
    condition,
  );
  tf.dispose(Object.values(inputs));
  if (moves) return byName(names, ["weights", "momentum"], outputs);
  return { ...byName(names, ["weights"], outputs), momentum: {} };
}

const update = defineUpdate<LarsUpdateAttributes>({
  name: "LarsUpdate",
  moving: ({ momentum }) => (momentum === 0 ? ["weight"] : ["weight", "momentum"]),
  reference(inputs, { learningRate, momentum, nesterov, trustCoefficient, weightDecays, adapts }) {
    // One tensor for a factor and not one for each product: a number would be uploaded every time.
    const [rate, inertia] = [tf.scalar(-learningRate), tf.scalar(momentum)];
    return weightDecays.flatMap((weightDecay, i) => {
      const weight = inputs[`weight${i}`];
      const gradient = decayed(inputs[`gradient${i}`], weight, weightDecay);
      const factor = adapts[i] ? tf.mul(rate, trustRatio(weight, gradient, trustCoefficient)) : rate;
      const step = tf.mul(gradient, factor);
      if (momentum === 0) return [tf.add(weight, step)];
      const next = tf.add(step, tf.mul(inputs[`momentum${i}`], inertia));
      return [tf.add(weight, nesterov ? tf.add(step, tf.mul(next, inertia)) : next), next];
    });
  },
});

function trustRatio(weight: tf.Tensor, gradient: tf.Tensor, coefficient: number): tf.Tensor {
  const [weightNorm, gradientNorm] = [weight, gradient].map((tensor) => tf.sqrt(tf.sum(tf.square(tensor))));
  const ratio = tf.mul(coefficient, tf.div(weightNorm, gradientNorm));
  return tf.where(tf.greater(tf.minimum(weightNorm, gradientNorm), 0), ratio, 1);
}
