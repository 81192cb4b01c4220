import * as tf from "@tensorflow/tfjs-core";
import { decayed } from "./sgd-update.js";
import { byName, type NamedTensors, numbered } from "./tensor-lists.js";
import { defineUpdate } from "./update-op.js";

/** The attributes of kernel `AdamUpdate`. */
export interface AdamUpdateAttributes {
  readonly version: 1;
  readonly learningRate: number;
  readonly beta1: number;
  readonly beta2: number;
  readonly epsilon: number;
  /** Of the run, counted from 0. */
  readonly step: number;
  /** True if the decay bypasses the moments (AdamW); false for a penalty inside the gradient. */
  readonly decoupled: boolean;
  /** One for each weight. */
  readonly weightDecays: readonly number[];
}

export interface AdamUpdateOptions extends Omit<AdamUpdateAttributes, "version" | "weightDecays"> {
  readonly weightDecay: (name: string) => number;
}

/**
 * A step of Adam (Kingma & Ba 2015, algorithm 1) or AdamW (Loshchilov & Hutter 2019) on all weights, under the names of
 * `weights`.
 *
 * Where `condition` is there and 0, weights and moments stay as they are, bit for bit.
 *
 * Disposes what it is given but the condition; the caller owns what it returns.
 *
 * Kernel `AdamUpdate`, or with another input `condition` `AdamUpdateIf`: inputs `weight0, gradient0, mean0, meanSquare0, weight1, …`, outputs
 * `[weight0, mean0, meanSquare0, weight1, …]`. An output may be the input's storage only where nobody else holds that.
 */
export function adamUpdate(
  {
    weights,
    gradients,
    mean,
    meanSquare,
  }: Readonly<Record<"weights" | "gradients" | "mean" | "meanSquare", NamedTensors>>,
  { weightDecay, ...attributes }: AdamUpdateOptions,
  condition?: tf.Scalar,
): Readonly<Record<"weights" | "mean" | "meanSquare", NamedTensors>> {
  const names = Object.keys(weights);
  if (names.length === 0) return { weights: {}, mean: {}, meanSquare: {} };
  const inputs = numbered(names, { weight: weights, gradient: gradients, mean, meanSquare });
  const outputs = update(
    inputs,
    { version: 1, ...attributes, weightDecays: names.map(weightDecay) },
    condition,
  );
  tf.dispose(Object.values(inputs));
  return byName(names, ["weights", "mean", "meanSquare"], outputs);
}

/**
 * The corrections for a start at zero, c₁ and c₂, taken out of the tensors:
 * (m / c₁) / (√(v / c₂) + ε) = factor · m / (√v + shift).
 */
export function adamCorrections({
  beta1,
  beta2,
  epsilon,
  step,
}: Pick<AdamUpdateAttributes, "beta1" | "beta2" | "epsilon" | "step">): { factor: number; shift: number } {
  const root = Math.sqrt(1 - beta2 ** (step + 1));
  return { factor: root / (1 - beta1 ** (step + 1)), shift: epsilon * root };
}

const update = defineUpdate<AdamUpdateAttributes>({
  name: "AdamUpdate",
  moving: () => ["weight", "mean", "meanSquare"],
  reference(inputs, attributes) {
    const { learningRate, beta1, beta2, decoupled, weightDecays } = attributes;
    const corrections = adamCorrections(attributes);
    // One tensor for a factor and not one for each product: a number would be uploaded every time.
    const [rate, old1, new1, old2, new2, factor, shift] = [
      learningRate,
      beta1,
      1 - beta1,
      beta2,
      1 - beta2,
      corrections.factor,
      corrections.shift,
    ].map((value) => tf.scalar(value));
    return weightDecays.flatMap((weightDecay, i) => {
      const weight = inputs[`weight${i}`];
      const gradient = decayed(inputs[`gradient${i}`], weight, decoupled ? 0 : weightDecay);
      const mean = tf.add(tf.mul(inputs[`mean${i}`], old1), tf.mul(gradient, new1));
      const meanSquare = tf.add(tf.mul(inputs[`meanSquare${i}`], old2), tf.mul(tf.square(gradient), new2));
      const scaled = tf.mul(tf.div(mean, tf.add(tf.sqrt(meanSquare), shift)), factor);
      const step = decayed(scaled, weight, decoupled ? weightDecay : 0);
      return [tf.sub(weight, tf.mul(step, rate)), mean, meanSquare];
    });
  },
});
