import * as tf from "@tensorflow/tfjs-core";
import { adamUpdate, larsUpdate, sgdUpdate } from "@contrastive/ops";

/** The weight named "odd" does not decay. */
const weightDecay = (name: string) => (name === "odd" ? 0 : 0.1);

/** LARS leaves the rate of the weight named "vectors" alone. */
const adapts = (name: string) => name !== "vectors";

export type Values = Readonly<Record<string, Float32Array>>;

type Numbers = Record<string, ArrayLike<number>>;

interface Case {
  readonly name: string;
  /** Besides weights and gradients. */
  readonly slots: readonly string[];
  readonly run: (
    tensors: Record<string, Record<string, tf.Tensor>>,
    condition?: tf.Scalar,
  ) => Record<string, tf.NamedTensorMap>;
  /** By slot, the values of one weight after the step. */
  readonly loop: (name: string, values: Values) => Numbers;
}

const sgdCase = (momentum: number, nesterov: boolean): Case => ({
  name: `sgd, momentum ${momentum}, nesterov ${nesterov}`,
  slots: momentum === 0 ? [] : ["momentum"],
  run: ({ weights, gradients, momentum: moving = {} }, condition) =>
    sgdUpdate(
      { weights, gradients, momentum: moving },
      { learningRate: 0.3, momentum, nesterov, weightDecay },
      condition,
    ),
  loop(name, { weights, gradients, momentum: moving = new Float32Array(weights.length) }) {
    const g = Array.from(gradients, (value, i) => value + weightDecay(name) * weights[i]);
    const next = g.map((value, i) => value + momentum * moving[i]);
    const step = nesterov ? g.map((value, i) => value + momentum * next[i]) : next;
    return { weights: step.map((value, i) => weights[i] - 0.3 * value), momentum: next };
  },
});

const larsCase = (momentum: number, nesterov: boolean): Case => ({
  name: `lars, momentum ${momentum}, nesterov ${nesterov}`,
  slots: momentum === 0 ? [] : ["momentum"],
  run: ({ weights, gradients, momentum: moving = {} }, condition) =>
    larsUpdate(
      { weights, gradients, momentum: moving },
      { learningRate: 0.3, momentum, nesterov, weightDecay, adapts, trustCoefficient: 0.1 },
      condition,
    ),
  loop(name, { weights, gradients, momentum: moving = new Float32Array(weights.length) }) {
    const g = Array.from(gradients, (value, i) => value + weightDecay(name) * weights[i]);
    const trust = adapts(name) ? (0.1 * norm(weights)) / norm(g) : 1;
    const scaled = g.map((value) => -0.3 * trust * value);
    const next = scaled.map((value, i) => value + momentum * moving[i]);
    const step = nesterov ? scaled.map((value, i) => value + momentum * next[i]) : next;
    return { weights: step.map((value, i) => weights[i] + value), momentum: next };
  },
});

const adamCase = (decoupled: boolean): Case => ({
  name: `adam, decoupled ${decoupled}`,
  slots: ["mean", "meanSquare"],
  run: ({ weights, gradients, mean, meanSquare }, condition) =>
    adamUpdate(
      { weights, gradients, mean, meanSquare },
      { learningRate: 0.3, beta1: 0.8, beta2: 0.95, epsilon: 1e-3, step: 2, decoupled, weightDecay },
      condition,
    ),
  loop(name, { weights, gradients, mean, meanSquare }) {
    const decay = weightDecay(name);
    const g = Array.from(gradients, (value, i) => value + (decoupled ? 0 : decay * weights[i]));
    const m = g.map((value, i) => 0.8 * mean[i] + 0.2 * value);
    const v = g.map((value, i) => 0.95 * meanSquare[i] + 0.05 * value ** 2);
    const step = m.map((value, i) => value / (1 - 0.8 ** 3) / (Math.sqrt(v[i] / (1 - 0.95 ** 3)) + 1e-3));
    return {
      weights: step.map((value, i) => weights[i] - 0.3 * (value + (decoupled ? decay * weights[i] : 0))),
      mean: m,
      meanSquare: v,
    };
  },
});

export const cases = [
  sgdCase(0, false),
  sgdCase(0.9, false),
  sgdCase(0.9, true),
  larsCase(0, false),
  larsCase(0.9, false),
  larsCase(0.9, true),
  adamCase(false),
  adamCase(true),
];

export const averages = {
  decay: 0.9,
  loop: (before: Float32Array, values: Float32Array) =>
    Array.from(before, (average, i) => 0.9 * average + (1 - 0.9) * values[i]),
};

function norm(values: ArrayLike<number>): number {
  return Math.sqrt(Array.from(values).reduce((sum, value) => sum + value ** 2, 0));
}
