import * as tf from "@tensorflow/tfjs-core";
import { expectClose, expectNoLeak, seededValues } from "@contrastive/testing";
import { beforeAll, describe, expect, test } from "vitest";
import { wasm } from "../../wasm.js";

/** A task is 2^15 values. */
const sizes = [0, 1, 3, 4, 5, 2 ** 15, 2 ** 15 + 3, 3 * 2 ** 15 - 1];

describe.each([true, false])("elementwise kernels, relaxed SIMD %s", (relaxedSimd) => {
  beforeAll(async () => void (await wasm({ relaxedSimd }).init()));

  test.each(sizes)("sums of %d values", async (size) => {
    const values = ["a", "b", "c"].map((name) => seededValues(name, size));
    const total = values[0].map((a, i) => a + values[1][i]);
    await expectNoLeak(() =>
      tf.tidy(() => {
        const [a, b, c] = values.map((value) => tf.tensor1d(value));
        expect(tf.add(a, b).dataSync()).toEqual(total);
        expect(tf.addN([a, b, c]).dataSync()).toEqual(total.map((sum, i) => sum + values[2][i]));
        expect(tf.addN([a]).dataSync()).toEqual(values[0]);
      }),
    );
  });

  test("sums that broadcast, and sums of integers", () => {
    tf.tidy(() => {
      expect([...tf.add(tf.tensor2d([1, 2], [2, 1]), tf.tensor1d([10, 20])).dataSync()]).toEqual([
        11, 21, 12, 22,
      ]);
      expect([...tf.add(tf.tensor1d([1, 2], "int32"), tf.tensor1d([3, 4], "int32")).dataSync()]).toEqual([
        4, 6,
      ]);
    });
  });

  test.each(sizes)("the larger and the smaller of %d values", async (size) => {
    const [a, b] = ["a", "b"].map((name) => seededValues(name, size));
    await expectNoLeak(() =>
      tf.tidy(() => {
        const [x, y, number] = [tf.tensor1d(a), tf.tensor1d(b), tf.scalar(0.25)];
        expect(tf.maximum(x, y).dataSync()).toEqual(a.map((value, i) => Math.max(value, b[i])));
        expect(tf.minimum(x, y).dataSync()).toEqual(a.map((value, i) => Math.min(value, b[i])));
        expect(tf.maximum(x, number).dataSync()).toEqual(a.map((value) => Math.max(value, 0.25)));
        expect(tf.minimum(number, y).dataSync()).toEqual(b.map((value) => Math.min(value, 0.25)));
      }),
    );
  });

  test("the larger and the smaller of NaN", () => {
    tf.tidy(() => {
      const [a, b] = [tf.tensor1d([NaN, 1, 2]), tf.tensor1d([1, NaN, -2])];
      expect([...tf.maximum(a, b).dataSync()]).toEqual([NaN, NaN, 2]);
      expect([...tf.minimum(a, b).dataSync()]).toEqual([NaN, NaN, -2]);
    });
  });

  test.each(sizes)("powers of e for %d values", async (size) => {
    const x = seededValues("x", size).map((u) => 80 * u);
    await expectNoLeak(() =>
      tf.tidy(() => {
        const powers = tf.exp(tf.tensor1d(x)).dataSync<"float32">();
        const worst = powers.reduce(
          (most, power, i) => Math.max(most, Math.abs(power / Math.exp(x[i]) - 1)),
          0,
        );
        expect(worst).toBeLessThan(2 ** -22);
      }),
    );
  });

  test("powers of e at the ends", () => {
    tf.tidy(() => {
      const x = tf.tensor1d([-Infinity, -1000, 0, 88.7, 89, Infinity, NaN]);
      const [nothing, least, one, large, ...others] = tf.exp(x).dataSync();
      expect([nothing, least, one]).toEqual([0, 0, 1]);
      expectClose([large], [Math.exp(Math.fround(88.7))], { tolerance: 1e-6 });
      expect(others).toEqual([Infinity, Infinity, NaN]);
    });
  });

  test.each(sizes)("linear combinations of %d values", async (size) => {
    const [x, y] = ["x", "y"].map((name) => seededValues(name, size));
    await expectNoLeak(() =>
      tf.tidy(() => {
        const inputs = {
          x0: tf.tensor1d(x),
          y0: tf.tensor1d(y),
          x1: tf.scalar(2) as tf.Tensor,
          y1: tf.scalar(3),
        };
        const attributes: tf.NamedAttrMap = { a: 0.9, b: -0.1 };
        const [first, second] = tf.engine().runKernel("LinearCombination", inputs, attributes) as tf.Tensor[];
        const expected = Float64Array.from(x, (value, i) => 0.9 * value - 0.1 * y[i]);
        expectClose(first.dataSync(), expected, { tolerance: 1e-6 });
        expectClose(second.dataSync(), [1.5], { tolerance: 1e-6 });
      }),
    );
  });
});
