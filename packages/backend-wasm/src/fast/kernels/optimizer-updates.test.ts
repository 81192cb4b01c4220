import * as tf from "@tensorflow/tfjs-core";
import { larsUpdate, sgdUpdate } from "@contrastive/ops";
import { expectClose, expectNoLeak, seededValues } from "@contrastive/testing";
import { beforeAll, describe, expect, test } from "vitest";
import { wasm } from "../../wasm.js";
// By path: loops are not public.
import { cases, type Values } from "../../../../testing/src/loops/optimizer-updates.js";

/** A task is 2^15 values. */
const shapes: Readonly<Record<string, readonly number[]>> = {
  scalar: [],
  empty: [0, 3],
  odd: [7],
  vectors: [2 ** 15],
  several: [3, 2 ** 15 - 1],
};
const names = Object.keys(shapes);

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
