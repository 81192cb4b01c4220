import * as tf from "@tensorflow/tfjs-core";
import { adamUpdate, averageUpdate, larsUpdate, sgdUpdate } from "@contrastive/ops";
import { expectClose, expectNoLeak, seededValues } from "@contrastive/testing";
import { expect, test } from "vitest";
import { counting } from "../../test/counting.js";
import { describeOnGpu } from "../../test/gpu.js";
// By path: loops are not public.
import { averages, cases, type Values } from "../../../testing/src/loops/optimizer-updates.js";

/** A workgroup has 256 values or vectors, and of sums of squares 4 times as many; the last has more than 256 such sums. */
const shapes: Readonly<Record<string, readonly number[]>> = {
  scalar: [],
  empty: [0, 3],
  odd: [7],
  vectors: [4, 257],
  several: [36, 1024],
  odder: [7, 37_501],
};
const names = Object.keys(shapes);

describeOnGpu("updates of an optimizer on WebGPU", () => {
  test.each(cases)("$name: equals loops, in place", async ({ slots, run, loop }) => {
    await expectNoLeak(async () => {
      const given = tensorsOf(slots);
      const storage = ["weights", ...slots].flatMap((slot) =>
        names.map((name) => bufferOf(given[slot][name])),
      );
      const results = run(given);
      const after = ["weights", ...slots].flatMap((slot) =>
        names.map((name) => bufferOf(results[slot][name])),
      );
      expect(after.every((buffer, i) => buffer === storage[i])).toBe(true);
      for (const name of names) {
        const expected = loop(name, valuesOf(name, slots));
        for (const slot of ["weights", ...slots]) {
          expectClose(await results[slot][name].data(), expected[slot], { what: `${slot} of ${name}` });
        }
      }
      tf.dispose(results);
    });
  });

  // Of each optimizer one: compiling shaders for an imitated GPU takes long.
  test.each([cases[1], cases[4], cases[7]])(
    "$name: leaves alone what somebody else holds",
    async ({ slots, run, loop }) => {
      await expectNoLeak(async () => {
        const given = tensorsOf(slots);
        const held = Object.entries(given).flatMap(([slot, tensors]) =>
          Object.entries(tensors).map(([name, tensor]) => ({ slot, name, clone: tf.clone(tensor) })),
        );
        const results = run(given);
        for (const { slot, name, clone } of held) {
          expectClose(await clone.data(), valuesOf(name, slots)[slot], { tolerance: 0 });
          clone.dispose();
        }
        for (const name of names) {
          expectClose(await results.weights[name].data(), loop(name, valuesOf(name, slots)).weights);
        }
        tf.dispose(results);
      });
    },
  );

  // Weights with gradients that are not numbers.
  test.each([cases[0], cases[2], cases[5], cases[7]])(
    "$name: under a condition, in place and where somebody else holds it",
    async ({ slots, run, loop }) => {
      await expectNoLeak(async () => {
        const moving = ["weights", ...slots];
        for (const [value, holds] of [
          [1, false],
          [0, false],
          [0, true],
        ] as const) {
          const given = tensorsOf(slots);
          if (value === 0) given.gradients = spoiled(given.gradients);
          const held = holds
            ? moving.flatMap((slot) => Object.values(given[slot]).map((x) => tf.clone(x)))
            : [];
          const storage = moving.flatMap((slot) => names.map((name) => bufferOf(given[slot][name])));
          const condition = tf.scalar(value);
          const results = run(given, condition);
          const after = moving.flatMap((slot) => names.map((name) => bufferOf(results[slot][name])));
          expect(after.every((buffer, i) => buffer === undefined || (buffer === storage[i]) === !holds)).toBe(
            true,
          );
          for (const name of names) {
            const before = valuesOf(name, slots);
            const expected = value === 1 ? loop(name, before) : before;
            for (const slot of moving) {
              const what = `${slot} of ${name}`;
              expectClose(await results[slot][name].data(), expected[slot], {
                what,
                tolerance: value * 1e-5,
              });
            }
          }
          tf.dispose([condition, held, results] as tf.TensorContainer);
        }
      });
    },
  );

  test("moving averages equal loops, in place, and leave alone what they follow", async () => {
    await expectNoLeak(async () => {
      const { weights, gradients } = tensorsOf([]);
      const storage = names.map((name) => bufferOf(weights[name]));
      const results = averageUpdate(weights, gradients, averages.decay);
      expect(names.map((name) => bufferOf(results[name]))).toEqual(storage);
      for (const name of names) {
        const values = valuesOf(name, []);
        expectClose(await results[name].data(), averages.loop(values.weights, values.gradients));
        expectClose(await gradients[name].data(), values.gradients, { tolerance: 0 });
      }
      tf.dispose([results, gradients] as tf.TensorContainer);
    });
  });

  test("goes on from step to step, whether one reads in between or not", async () => {
    const options = { learningRate: 0.5, momentum: 0.5, nesterov: false, weightDecay: () => 0 };
    const last = async (reads: boolean) => {
      let moving = { weights: { w: tf.tensor1d([1, 2]) }, momentum: { w: tf.tensor1d([0, 0]) } } as Record<
        "weights" | "momentum",
        Record<string, tf.Tensor>
      >;
      for (let step = 0; step < 3; step++) {
        moving = sgdUpdate({ ...moving, gradients: { w: tf.tensor1d([1, -1]) } }, options);
        if (reads) await moving.weights.w.data();
      }
      const values = await moving.weights.w.data();
      tf.dispose([moving.weights, moving.momentum]);
      return [...values];
    };
    // Momentum 1, 1.5, 1.75.
    expect(await last(true)).toEqual([-1.125, 4.125]);
    expect(await last(false)).toEqual([-1.125, 4.125]);
  });

  test("updates a weight that has two names once for each", async () => {
    await expectNoLeak(async () => {
      const [weight, gradient] = [tf.tensor1d([1, 2]), tf.tensor1d([1, 1])];
      const { weights } = sgdUpdate(
        { weights: { a: weight, b: weight }, gradients: { a: gradient, b: gradient }, momentum: {} },
        { learningRate: 1, momentum: 0, nesterov: false, weightDecay: () => 0 },
      );
      expect([...(await weights.a.data()), ...(await weights.b.data())]).toEqual([0, 1, 0, 1]);
      tf.dispose(Object.values(weights));
    });
  });

  test.each([
    { weight: [0, 0], gradient: [3, 4] },
    { weight: [3, 4], gradient: [0, 0] },
  ])("LARS does not adapt where a norm is zero: $weight, $gradient", async ({ weight, gradient }) => {
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
    expect([...(await weights.w.data())]).toEqual(weight.map((w, i) => w - gradient[i]));
    weights.w.dispose();
  });

  test("needs few dispatches for many weights", () => {
    const options = { learningRate: 0.1, momentum: 0.9, nesterov: false, weightDecay: () => 0.1 };
    expect(dispatchesOf((tensors) => sgdUpdate(tensors, options))).toBe(dispatchesFor(62, 3));
    const conditional = tf.scalar(1);
    expect(dispatchesOf((tensors) => sgdUpdate(tensors, options, conditional))).toBe(dispatchesFor(62, 3, 1));
    conditional.dispose();
    const lars = { ...options, trustCoefficient: 0.1, adapts: () => true };
    expect(dispatchesOf((tensors) => larsUpdate(tensors, lars))).toBe(
      dispatchesFor(62, 2, 1) + dispatchesFor(62, 3, 1),
    );
    const adam = { learningRate: 0.1, beta1: 0.9, beta2: 0.99, epsilon: 1e-8, step: 0, decoupled: true };
    expect(dispatchesOf((tensors) => adamUpdate(tensors, { ...adam, weightDecay: () => 0.1 }))).toBe(
      dispatchesFor(62, 4),
    );
  });
});

/** Consumes the tensors. */
function spoiled(tensors: Record<string, tf.Tensor>): Record<string, tf.Tensor> {
  return Object.fromEntries(
    Object.entries(tensors).map(([name, tensor]) => {
      tensor.dispose();
      return [name, tf.fill(tensor.shape, NaN)];
    }),
  );
}

/** Where the values of a tensor are, if there are any. */
function bufferOf({ dataId, size }: tf.Tensor): object | undefined {
  if (size === 0) return undefined;
  const backend = tf.backend() as unknown as {
    tensorMap: { get(id: object): { resource: object } };
    uploadToGPU(id: object): void;
  };
  backend.uploadToGPU(dataId);
  return backend.tensorMap.get(dataId).resource;
}

function dispatchesOf(update: (tensors: ReturnType<typeof weightsOfResNet>) => object): number {
  const tensors = weightsOfResNet();
  const { result, dispatches } = counting(() => update(tensors));
  tf.dispose([result, tensors] as tf.TensorContainer);
  return dispatches;
}

/** As many as ResNet-18 has, and what moves with them. */
function weightsOfResNet() {
  return {
    weights: many(1),
    gradients: many(2),
    momentum: many(0),
    mean: many(0),
    meanSquare: many(0),
  };
}

function many(value: number): Record<string, tf.Tensor> {
  const values = Array.from({ length: 8 }, () => value);
  return Object.fromEntries(Array.from({ length: 62 }, (_, i) => [`${i}`, tf.tensor1d(values)]));
}

/** For `weights` of so many buffers each, where `taken` buffers serve all of them. */
function dispatchesFor(weights: number, buffers: number, taken = 0): number {
  const { device } = tf.backend() as unknown as { device: GPUDevice };
  return Math.ceil(weights / Math.floor((device.limits.maxStorageBuffersPerShaderStage - taken) / buffers));
}

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
