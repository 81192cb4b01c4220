import * as tf from "@tensorflow/tfjs-core";
import { l2Normalize } from "@contrastive/ops";
import { expectClose, expectNoLeak, seededValues } from "@contrastive/testing";
import { beforeAll, describe, expect, test } from "vitest";
import { wasm } from "../../wasm.js";
// By path: loops are not public.
import { inLoops } from "../../../../testing/src/loops/l2-normalize.js";

/** A task is 2^15 values: one, several, and rows longer than a task; dimensions around the width of a vector. */
const shapes: [number, number][] = [
  [1, 1],
  [3, 4],
  [7, 5],
  [65, 130],
  [1000, 67],
  [2, 40_000],
];

describe.each([true, false])("L2 normalisation, relaxed SIMD %s", (relaxedSimd) => {
  beforeAll(async () => void (await wasm({ relaxedSimd }).init()));

  test.each(shapes)("of %d rows of %d", async (rows, dim) => {
    const x = seededValues("x", rows * dim);
    const dy = seededValues("dy", rows * dim);
    const expected = inLoops(x, dy, dim);
    await expectNoLeak(() => {
      tf.tidy(() => {
        const tensor = tf.tensor2d(x, [rows, dim]);
        expectClose(l2Normalize(tensor).dataSync(), expected.y);
        expectSmall(gradient(tensor, tf.tensor2d(dy, [rows, dim])).dataSync(), expected.dx);
      });
    });
  });

  test.each([1e-37, 1e-30, 1e30, 2e38])("of rows of size %d", (size) => {
    const x = seededValues("x", 35).map((u) => u * size);
    // The gradient shrinks as the argument grows; the weights keep it within float32.
    const dy = seededValues("dy", 35).map((u) => u * Math.min(1, size));
    const expected = inLoops(x, dy, 7);
    tf.tidy(() => {
      const tensor = tf.tensor2d(x, [5, 7]);
      expectClose(l2Normalize(tensor).dataSync(), expected.y);
      const actual = gradient(tensor, tf.tensor2d(dy, [5, 7])).dataSync();
      // Beyond 1e30 the gradient itself is below the least normal float32.
      expectClose(actual, expected.dx, { tolerance: size > 1e30 ? 1e-4 : 1e-5 });
    });
  });

  test("a zero row stays zero and has a zero gradient, and its neighbours don't notice", () => {
    tf.tidy(() => {
      const x = tf.tensor2d([0, 0, 3, 4, -0, 1e-42], [3, 2]);
      expectClose(l2Normalize(x as tf.Tensor2D).dataSync(), [0, 0, 0.6, 0.8, 0, 0]);
      const dy = tf.tensor2d([1, 0, 1, 0, 1, 0], [3, 2]);
      expectClose(gradient(x, dy).dataSync(), [0, 0, (1 - 0.36) / 5, -0.48 / 5, 0, 0]);
    });
  });

  test.each([Number.NaN, Infinity])("a row with %d is not a number, and no other", (value) => {
    tf.tidy(() => {
      const x = tf.tensor2d([1, 2, 3, 4, 5, value, 3, 4, 1, 1, 1, 1], [2, 6]);
      const isNaN = [...l2Normalize(x as tf.Tensor2D).dataSync()].map((v) => Number.isNaN(v));
      expect(isNaN).toEqual(isNaN.map((_, i) => i < 6));
    });
  });

  test.each([
    [0, 3],
    [3, 0],
  ])("of %d rows of %d", (rows, dim) => {
    tf.tidy(() => {
      const x = tf.zeros<tf.Rank.R2>([rows, dim]);
      expect(l2Normalize(x).shape).toEqual([rows, dim]);
      expect(gradient(x, x).shape).toEqual([rows, dim]);
    });
  });
});

function gradient(x: tf.Tensor, dy: tf.Tensor): tf.Tensor {
  return tf.grad((x: tf.Tensor) => l2Normalize(x as tf.Tensor2D))(x, dy);
}

/** The one gradient of a row of one element is 0, and the actual one may be a rounding error of it. */
function expectSmall(actual: ArrayLike<number>, expected: Float64Array): void {
  if (expected.length === 1) expect(Math.abs(actual[0])).toBeLessThan(1e-6);
  else expectClose(actual, expected);
}
