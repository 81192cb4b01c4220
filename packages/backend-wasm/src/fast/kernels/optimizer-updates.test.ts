import * as tf from "@tensorflow/tfjs-core";
import { adamUpdate, larsUpdate, sgdUpdate } from "@contrastive/ops";
import { expectClose, expectNoLeak, seededValues } from "@contrastive/testing";
import { beforeAll, describe, expect, test } from "vitest";
import { wasm } from "../../wasm.js";

/** A task is 2^15 values. */
const shapes: Readonly<Record<string, readonly number[]>> = {
  scalar: [],
  empty: [0, 3],
  odd: [7],
  exact: [2 ** 15],
  several: [3, 2 ** 15 - 1],
};
const names = Object.keys(shapes);
const weightDecay = (name: string) => (name === "odd" ? 0 : 0.1);
const adapts = (name: string) => name !== "exact";

type Values = Readonly<Record<string, Float32Array>>;
type Numbers = Record<string, ArrayLike<number>>;
interface Case {
  readonly name: string;
  /** Besides weights and gradients. */
  readonly slots: readonly string[];
  readonly run: (tensors: Record<string, Record<string, tf.Tensor>>) => Record<string, tf.NamedTensorMap>;
  /** By slot, the values of one weight after the step. */
  readonly loop: (name: string, values: Values) => Numbers;
}

const sgdCase = (momentum: number, nesterov: boolean): Case => ({
  name: `sgd, momentum ${momentum}, nesterov ${nesterov}`,
  slots: momentum === 0 ? [] : ["momentum"],
  run: ({ weights, gradients, momentum: moving = {} }) =>
    sgdUpdate(
      { weights, gradients, momentum: moving },
      { learningRate: 0.3, momentum, nesterov, weightDecay },
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
  run: ({ weights, gradients, momentum: moving = {} }) =>
    larsUpdate(
      { weights, gradients, momentum: moving },
      { learningRate: 0.3, momentum, nesterov, weightDecay, adapts, trustCoefficient: 0.1 },
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
  run: ({ weights, gradients, mean, meanSquare }) =>
    adamUpdate(
      { weights, gradients, mean, meanSquare },
      { learningRate: 0.3, beta1: 0.8, beta2: 0.95, epsilon: 1e-3, step: 2, decoupled, weightDecay },
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

const cases = [
  sgdCase(0, false),
  sgdCase(0.9, false),
  sgdCase(0.9, true),
  larsCase(0, false),
  larsCase(0.9, false),
  larsCase(0.9, true),
  adamCase(false),
  adamCase(true),
];

describe.each([true, false])("updates of an optimizer, relaxed SIMD %s", (relaxedSimd) => {
  beforeAll(async () => void (await wasm({ relaxedSimd }).init()));

  test.each(cases)("$name: equals loops, in place", async ({ slots, run, loop }) => {
    await expectNoLeak(() => {
      const given = tensorsOf(slots);
      const storage = Object.fromEntries(Object.entries(given.weights).map(([name, w]) => [name, w.dataId]));
      const results = run(given);
      for (const name of names) {
        const expected = loop(name, valuesOf(name, slots));
        for (const slot of ["weights", ...slots]) {
          expectClose(results[slot][name].dataSync(), expected[slot], { what: `${slot} of ${name}` });
        }
        expect(results.weights[name].dataId).toBe(storage[name]);
      }
      tf.dispose(results);
    });
  });

  test.each(cases)("$name: leaves alone what somebody else holds", async ({ slots, run, loop }) => {
    await expectNoLeak(() => {
      const given = tensorsOf(slots);
      const held = Object.values(given).flatMap((tensors) => Object.values(tensors));
      const clones = held.map((tensor) => tf.clone(tensor));
      const before = held.map((tensor) => tensor.dataSync());
      const results = run(given);
      for (const [i, clone] of clones.entries()) expect(clone.dataSync()).toEqual(before[i]);
      for (const name of names) {
        expectClose(results.weights[name].dataSync(), loop(name, valuesOf(name, slots)).weights);
      }
      tf.dispose([results, clones] as tf.TensorContainer);
    });
  });

  test("updates a weight that has two names once for each", async () => {
    await expectNoLeak(() => {
      const [weight, gradient] = [tf.tensor1d([1, 2]), tf.tensor1d([1, 1])];
      const { weights } = sgdUpdate(
        { weights: { a: weight, b: weight }, gradients: { a: gradient, b: gradient }, momentum: {} },
        { learningRate: 1, momentum: 0, nesterov: false, weightDecay: () => 0 },
      );
      expect([...weights.a.dataSync(), ...weights.b.dataSync()]).toEqual([0, 1, 0, 1]);
      tf.dispose(Object.values(weights));
    });
  });

  test.each([
    { weight: [0, 0], gradient: [3, 4] },
    { weight: [3, 4], gradient: [0, 0] },
  ])("LARS does not adapt where a norm is zero: $weight, $gradient", ({ weight, gradient }) => {
    const { weights } = larsUpdate(
      { weights: { w: tf.tensor1d(weight) }, gradients: { w: tf.tensor1d(gradient) }, momentum: {} },
      {
        learningRate: 1,
        momentum: 0,
        nesterov: false,
        trustCoefficient: 0.1,
        weightDecay: () => 0,
        adapts: () => true,
      },
    );
    expect([...weights.w.dataSync()]).toEqual(weight.map((w, i) => w - gradient[i]));
    weights.w.dispose();
  });
});

function valuesOf(name: string, slots: readonly string[]): Values {
  const size = shapes[name].reduce((a, b) => a * b, 1);
  return Object.fromEntries(
    ["weights", "gradients", ...slots].map((slot) => {
      const values = seededValues(slot + name, size);
      return [slot, slot === "meanSquare" ? values.map(Math.abs) : values];
    }),
  );
}

function tensorsOf(slots: readonly string[]): Record<string, Record<string, tf.Tensor>> {
  return Object.fromEntries(
    ["weights", "gradients", ...slots].map((slot) => [
      slot,
      Object.fromEntries(
        names.map((name) => [name, tf.tensor(valuesOf(name, slots)[slot], [...shapes[name]])]),
      ),
    ]),
  );
}

function norm(values: ArrayLike<number>): number {
  return Math.sqrt(Array.from(values).reduce((sum, value) => sum + value ** 2, 0));
}
