import * as tf from "@tensorflow/tfjs-core";
import { expectClose, expectNoLeak, seededValues } from "@contrastive/testing";
import { beforeAll, describe, expect, test } from "vitest";
import { wasm } from "../../wasm.js";

/** Runs are 128 rows, or 512 values of a row; groups of columns are 32; a task of rows is 2^14 values, one of columns 2^15. */
const cases = [
  { shape: [40, 31], axes: [0] },
  { shape: [129, 32], axes: [0] },
  { shape: [300, 33], axes: [0] },
  { shape: [7, 130, 70], axes: [1] },
  { shape: [2, 3, 260, 9], axes: [0, 1, 2] },
  { shape: [1024, 40], axes: [0] },
  { shape: [1025, 40], axes: [0] },
  { shape: [3, 2300, 33], axes: [1] },
  { shape: [2, 2, 3100, 5, 2], axes: [1, 2] },
  { shape: [8200, 8], axes: [0] },
  { shape: [40, 31], axes: [1] },
  { shape: [9, 513], axes: [1] },
  { shape: [33, 1025], axes: [-1] },
  { shape: [9, 2, 65, 3], axes: [1, 2, 3] },
  { shape: [9, 20_001], axes: [1] },
  { shape: [3, 1000], axes: [1] },
  { shape: [3, 1000], axes: [0, 1] },
  { shape: [10, 20, 30], axes: [0, 2] },
  { shape: [0, 3], axes: [0] },
  { shape: [3, 0], axes: [0] },
  { shape: [2, 3], axes: [1] },
];

const reductions = {
  sum: { op: tf.sum, start: 0, join: (a: number, b: number) => a + b },
  max: { op: tf.max, start: -Infinity, join: (a: number, b: number) => Math.max(a, b) },
  mean: { op: tf.mean, start: 0, join: (a: number, b: number) => a + b },
};

describe.each([true, false])("reductions, relaxed SIMD %s", (relaxedSimd) => {
  beforeAll(async () => void (await wasm({ relaxedSimd }).init()));

  describe.each(["sum", "max", "mean"] as const)("%s", (name) => {
    test.each(name === "sum" ? cases : cases.filter(({ shape }) => !shape.includes(0)))(
      "of $shape over $axes",
      async ({ shape, axes }) => {
        // Of one sign, so that no sum is small beside its terms.
        const x = seededValues("x", size(shape)).map((u) => u + 1.5);
        const { op } = reductions[name];
        const expected = inLoops(name, x, shape, axes);
        await expectNoLeak(() =>
          tf.tidy(() => {
            for (const keepDims of [false, true]) {
              const reduced = op(tf.tensor(x, shape), axes, keepDims);
              expect(reduced.shape).toEqual(keptSizes(shape, axes, keepDims));
              expectClose(reduced.dataSync(), expected, { tolerance: 1e-6 });
            }
          }),
        );
      },
    );

    test.each([{ axis: 0 }, { axis: 1 }])("of NaN over axis $axis is NaN, there alone", ({ axis }) => {
      tf.tidy(() => {
        const x = seededValues("x", 41 * 43);
        x[20 * 43 + 42] = NaN;
        const reduced = reductions[name].op(tf.tensor2d(x, [41, 43]), axis).dataSync();
        const at = [...reduced].flatMap((value, i) => (Number.isNaN(value) ? [i] : []));
        expect(at).toEqual([axis === 0 ? 42 : 20]);
      });
    });
  });

  test("sums of whole numbers are exact", () => {
    tf.tidy(() => {
      const x = Float32Array.from({ length: 1000 * 40 }, (_, i) => i % 97);
      const rows = Array.from({ length: 40 }, (_, row) =>
        x.subarray(1000 * row, 1000 * (row + 1)).reduce((a, b) => a + b, 0),
      );
      expect([...tf.sum(tf.tensor2d(x, [40, 1000]), 1).dataSync()]).toEqual(rows);
    });
  });
});

function keptSizes(shape: readonly number[], axes: readonly number[], keepDims: boolean): number[] {
  const gone = axes.map((axis) => (axis + shape.length) % shape.length);
  return shape.flatMap((n, axis) => (!gone.includes(axis) ? [n] : keepDims ? [1] : []));
}

function inLoops(
  name: keyof typeof reductions,
  x: Float32Array,
  shape: readonly number[],
  axes: readonly number[],
): Float64Array {
  const { start, join } = reductions[name];
  const kept = keptSizes(shape, axes, true);
  const out = new Float64Array(size(kept)).fill(start);
  x.forEach((value, i) => {
    let [rest, stride, at] = [i, 1, 0];
    for (let axis = shape.length - 1; axis >= 0; axis--) {
      if (kept[axis] !== 1) at += (rest % shape[axis]) * stride;
      rest = Math.floor(rest / shape[axis]);
      stride *= kept[axis];
    }
    out[at] = join(out[at], value);
  });
  return name === "mean" ? out.map((sum) => (sum * out.length) / x.length) : out;
}

function size(shape: readonly number[]): number {
  return shape.reduce((a, b) => a * b, 1);
}
