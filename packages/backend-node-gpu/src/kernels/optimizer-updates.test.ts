import * as tf from "@tensorflow/tfjs-core";
import { sgdUpdate } from "@contrastive/ops";
import { expectClose, expectNoLeak, seededValues } from "@contrastive/testing";
import { expect, test } from "vitest";
// By path: loops are not public.
import { cases, type Values } from "../../../testing/src/loops/optimizer-updates.js";
import { describeOnTensorflow } from "../../test/on-tensorflow.js";

const shapes: Readonly<Record<string, readonly number[]>> = {
  scalar: [],
  empty: [0, 3],
  odd: [7],
  vectors: [64, 512],
  several: [3, 3, 17, 129],
};
const names = Object.keys(shapes);

describeOnTensorflow("updates of an optimizer on TensorFlow", () => {
  test.each(cases)("$name: equals loops, step after step", async ({ slots, run, loop }) => {
    await expectNoLeak(() => {
      const moving = ["weights", ...slots];
      let given = tensorsOf(moving, slots);
      let before = Object.fromEntries(names.map((name) => [name, valuesOf(name, slots)]));
      for (let step = 0; step < 3; step++) {
        const results = run({ ...given, ...tensorsOf(["gradients"], slots) });
        before = Object.fromEntries(
          names.map((name) => {
            const expected = loop(name, before[name]);
            for (const slot of moving) {
              expectClose(results[slot][name].dataSync(), expected[slot], { what: `${slot} of ${name}` });
            }
            const after = moving.map((slot) => [slot, Float32Array.from(expected[slot])] as const);
            return [name, { ...before[name], ...Object.fromEntries(after) }];
          }),
        );
        given = { ...results };
      }
      tf.dispose(given as tf.TensorContainer);
    });
  });

  test.each(cases)("$name: leaves alone what somebody else holds", async ({ slots, run, loop }) => {
    await expectNoLeak(() => {
      const given = tensorsOf(["weights", "gradients", ...slots], slots);
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

  test("changes weights and momentum in place", () => {
    const given = tensorsOf(["weights", "gradients", "momentum"], ["momentum"]);
    const storage = names.map((name) => [given.weights[name].dataId, given.momentum[name].dataId]);
    const { run } = cases[1];
    const { weights, momentum } = run(given);
    expect(names.map((name) => [weights[name].dataId, momentum[name].dataId])).toEqual(storage);
    tf.dispose([weights, momentum]);
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

function tensorsOf(
  wanted: readonly string[],
  slots: readonly string[],
): Record<string, Record<string, tf.Tensor>> {
  return Object.fromEntries(
    wanted.map((slot) => [
      slot,
      Object.fromEntries(
        names.map((name) => [name, tf.tensor(valuesOf(name, slots)[slot], [...shapes[name]])]),
      ),
    ]),
  );
}
