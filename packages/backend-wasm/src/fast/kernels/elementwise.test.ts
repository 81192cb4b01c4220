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
