import { l2Normalize } from "@contrastive/ops";
import { expectClose, expectNoLeak, seededValues } from "@contrastive/testing";
import * as tf from "@tensorflow/tfjs-core";
import { expect, test } from "vitest";
import { describeOnGpu } from "../../test/gpu.js";
import { valueAndGradients } from "../../test/value-and-gradients.js";
// By path: loops are not public.
import { inLoops } from "../../../testing/src/loops/l2-normalize.js";

/** Dimensions around the width of a vector; rows that share a workgroup and rows that take one in several rounds. */
const shapes: [number, number][] = [
  [1, 1],
  [3, 4],
  [7, 5],
  [65, 130],
  [130, 67],
  [33, 128],
  [2, 4000],
  [2, 1001],
];

describeOnGpu("L2 normalisation", () => {
  test.each(shapes)("of %d rows of %d", async (rows, dim) => {
    const x = seededValues("x", rows * dim);
    const dy = seededValues("dy", rows * dim);
    const expected = inLoops(x, dy, dim);
    await expectNoLeak(async () => {
      const input = tf.tensor2d(x, [rows, dim]);
      const output = await valueAndGradients(normalize, [input], dy);
      expectClose(output.value, expected.y);
      expectSmall(output.gradients[0], expected.dx);
      expect(output.dispatches).toEqual({ forward: 1, backward: 1 });
      expect(await valueAndGradients(normalize, [input], dy), "the second time").toEqual(output);
      input.dispose();
    });
  });

  // Of smaller rows, a device that flushes what is below the least normal float32 drops elements.
  test.each([1e-33, 1e-30, 1e30, 2e38])("of rows of size %d", async (size) => {
    const x = seededValues("x", 35).map((u) => u * size);
    // The gradient is the smaller, the larger the argument; the weights keep it within float32's normal range.
    const dy = seededValues("dy", 35).map((u) => u * Math.min(1e30, size));
    const expected = inLoops(x, dy, 7);
    const input = tf.tensor2d(x, [5, 7]);
    const { value, gradients } = await valueAndGradients(normalize, [input], dy);
    expectClose(value, expected.y);
    expectClose(gradients[0], expected.dx);
    input.dispose();
  });

  test("a zero row stays zero and has a zero gradient, and its neighbours don't notice", async () => {
    const x = tf.tensor2d([0, 0, 3, 4, -0, 1e-42], [3, 2]);
    const { value, gradients } = await valueAndGradients(normalize, [x], Float32Array.of(1, 0, 1, 0, 1, 0));
    expectClose(value, [0, 0, 0.6, 0.8, 0, 0]);
    expectClose(gradients[0], [0, 0, (1 - 0.36) / 5, -0.48 / 5, 0, 0]);
    x.dispose();
  });

  test.each([
    [1, 2, 3, 4, 5, Number.NaN],
    [1, 2, 3, 4, 5, Infinity],
    [0, 0, 0, 0, 0, Number.NaN],
    Array(6).fill(Number.NaN),
  ])("a row with what is no number has none, and no other row: %d, %d, …", async (...row) => {
    const x = tf.tensor2d([...row, 3, 4, 1, 1, 1, 1], [2, 6]);
    const y = tf.tidy(() => normalize(x));
    const isNaN = [...(await y.data())].map((v) => Number.isNaN(v));
    expect(isNaN).toEqual(isNaN.map((_, i) => i < 6));
    tf.dispose([x, y]);
  });

  test.each([
    [0, 3],
    [3, 0],
  ])("of %d rows of %d", async (rows, dim) => {
    const x = tf.zeros([rows, dim]);
    const { shape, value, gradients } = await valueAndGradients(normalize, [x], new Float32Array(0));
    expect(shape).toEqual([rows, dim]);
    expect([value.length, gradients[0].length]).toEqual([0, 0]);
    x.dispose();
  });
});

function normalize(x: tf.Tensor): tf.Tensor {
  return l2Normalize(x as tf.Tensor2D);
}

/** The one gradient of a row of one element is 0, and the actual one may be a rounding error of it. */
function expectSmall(actual: ArrayLike<number>, expected: Float64Array): void {
  if (expected.length === 1) expect(Math.abs(actual[0])).toBeLessThan(1e-6);
  else expectClose(actual, expected);
}
