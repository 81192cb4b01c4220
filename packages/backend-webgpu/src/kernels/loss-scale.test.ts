import { takeIf, unscaleGradients } from "@contrastive/ops";
import { expectNoLeak, seededValues } from "@contrastive/testing";
import * as tf from "@tensorflow/tfjs-core";
import { describe, expect, test } from "vitest";
import { counting } from "../../test/counting.js";
import { describeOnGpu } from "../../test/gpu.js";
// By path: loops are not public.
import { scaledSteps, unscaleInLoops } from "../../../testing/src/loops/loss-scale.js";

/** A workgroup has 1024 values or vectors, and more than 256 of them have flags; the last value is of the last one. */
const shapes: Readonly<Record<string, readonly number[]>> = {
  scalar: [],
  empty: [0, 3],
  odd: [7],
  vectors: [4, 1031],
  several: [36, 1024],
  flags: [263, 1025],
};

const gradientsOf = (spoil?: number): Record<string, Float32Array> => {
  const named = Object.entries(shapes).map(([name, shape]) => {
    const values = seededValues(name, tf.util.sizeFromShape([...shape]));
    return [name, values.map((value) => 1000 * value)] as const;
  });
  const gradients = Object.fromEntries(named);
  if (spoil !== undefined) gradients.flags[gradients.flags.length - 1] = spoil;
  return gradients;
};

const tensorsOf = (values: Record<string, Float32Array>) =>
  Object.fromEntries(
    Object.entries(shapes).map(([name, shape]) => [name, tf.tensor(values[name], [...shape])]),
  );

describeOnGpu("loss scaling on WebGPU", () => {
  describe.each([true, false])("in place: %s", (inPlace) => {
    test.each(scaledSteps)("a step equals loops: %j", async ({ scale, goodSteps, spoil }) => {
      const gradients = gradientsOf(spoil);
      const expected = unscaleInLoops({ gradients, scale, goodSteps }, 5);
      await expectNoLeak(async () => {
        const buffers = tf.backend().numDataIds();
        const given = tensorsOf(gradients);
        const held = inPlace ? [] : Object.values(given).map((tensor) => tf.clone(tensor));
        const actual = unscaleGradients(
          given,
          { scale: tf.scalar(scale), goodSteps: tf.scalar(goodSteps) },
          { growthInterval: 5 },
        );
        for (const [name, values] of Object.entries(expected.gradients)) {
          expectBits(await actual.gradients[name].data<"float32">(), values);
        }
        expect(await valueOf(actual.finite)).toBe(Number(expected.finite));
        expect(await valueOf(actual.next.scale)).toBe(expected.scale);
        expect(await valueOf(actual.next.goodSteps)).toBe(expected.goodSteps);
        for (const [i, name] of Object.keys(shapes).entries()) {
          if (!inPlace) expectBits(await held[i].data<"float32">(), gradients[name]);
        }
        tf.dispose([held, actual.gradients, actual.finite, { ...actual.next }] as tf.TensorContainer);
        expect(tf.backend().numDataIds()).toBe(buffers);
      });
    });

    test.each([0, 1])("takes one of two lists of tensors: %s", async (taken) => {
      await expectNoLeak(async () => {
        const buffers = tf.backend().numDataIds();
        const next = gradientsOf(NaN);
        const before = Object.fromEntries(
          Object.entries(next).map(([name, values]) => [name, values.map(Math.abs)]),
        );
        const others = { whole: tf.tensor1d([1, -2, 3], "int32"), truth: tf.tensor1d([true, false], "bool") };
        const instead = {
          whole: tf.tensor1d([4, 5, -6], "int32"),
          truth: tf.tensor1d([false, true], "bool"),
        };
        const given = { ...tensorsOf(next), ...others };
        const held = inPlace ? [] : Object.values(given).map((tensor) => tf.clone(tensor));
        const condition = tf.scalar(taken);
        const result = takeIf(condition, given, { ...tensorsOf(before), ...instead });
        for (const name of Object.keys(shapes)) {
          expect(result[name].shape).toEqual(shapes[name]);
          expectBits(await result[name].data<"float32">(), (taken ? next : before)[name]);
        }
        expect([...(await result.whole.data())]).toEqual(taken ? [1, -2, 3] : [4, 5, -6]);
        expect(result.truth.dtype).toBe("bool");
        expect([...(await result.truth.data())].map(Boolean)).toEqual(taken ? [true, false] : [false, true]);
        tf.dispose([held, condition, result] as tf.TensorContainer);
        expect(tf.backend().numDataIds()).toBe(buffers);
      });
    });
  });

  test("takes one of two that are the same", async () => {
    const x = tf.tensor1d([1, 2]);
    const result = takeIf(tf.scalar(0), { x }, { x: tf.clone(x) });
    expect([...(await result.x.data())]).toEqual([1, 2]);
    result.x.dispose();
  });

  test("needs few dispatches for many weights", () => {
    const { maxStorageBuffersPerShaderStage: most } = (tf.backend() as unknown as { device: GPUDevice })
      .device.limits;
    const state = { scale: tf.scalar(1), goodSteps: tf.scalar(0) };
    const first = many();
    const unscaled = counting(() => unscaleGradients(first, state));
    expect(unscaled.dispatches).toBe(Math.ceil(62 / (most - 2)) + 1);
    const { finite, gradients, next } = unscaled.result;
    const before = many();
    const taken = counting(() => takeIf(finite, gradients, before));
    expect(taken.dispatches).toBe(Math.ceil(62 / Math.floor((most - 1) / 2)));
    tf.dispose([finite, { ...next }, taken.result] as tf.TensorContainer);
  });
});

/** As many weights as ResNet-18 has. */
function many(): Record<string, tf.Tensor> {
  return Object.fromEntries(Array.from({ length: 62 }, (_, i) => [`${i}`, tf.ones([8])]));
}

async function valueOf(scalar: tf.Scalar): Promise<number> {
  return (await scalar.data())[0];
}

/** Of one value the difference may be that of two kinds of NaN. */
function expectBits(actual: Float32Array, expected: Float32Array): void {
  expect(actual.length).toBe(expected.length);
  for (let i = 0; i < expected.length; i++) {
    if (!Object.is(actual[i], expected[i])) expect.fail(`at ${i}: got ${actual[i]}, expected ${expected[i]}`);
  }
}
