import * as tf from "@tensorflow/tfjs-core";
import { expectClose, seededValues } from "@contrastive/testing";
import { beforeAll, describe, test } from "vitest";
import { wasm } from "../../wasm.js";

/** Rows, depth, columns: blocks are 120 × 256 × 256, tiles 5 or 6 × 8. */
const sizes = [
  [1, 1, 1],
  [1, 300, 7],
  [5, 3, 8],
  [6, 4, 9],
  [13, 257, 17],
  [121, 256, 15],
  [240, 5, 257],
  [127, 513, 300],
];

const transposes = [
  [false, false],
  [false, true],
  [true, false],
  [true, true],
];

describe.each([true, false])("matrix product, relaxed SIMD %s", (relaxedSimd) => {
  beforeAll(async () => void (await wasm({ relaxedSimd }).init()));

  test.each(sizes.flatMap((size) => transposes.map((transposed) => [...size, ...transposed] as const)))(
    "of %d × %d by %d columns, transposed %s and %s",
    (rows, depth, columns, transposeA, transposeB) => {
      const [m, k, n] = [Number(rows), Number(depth), Number(columns)];
      const a = seededValues("a", m * k);
      const b = seededValues("b", k * n);
      const expected = new Float64Array(m * n);
      for (let i = 0; i < m; i++)
        for (let p = 0; p < k; p++) {
          const left = a[transposeA ? p * m + i : i * k + p];
          for (let j = 0; j < n; j++) expected[i * n + j] += left * b[transposeB ? j * k + p : p * n + j];
        }
      tf.tidy(() => {
        const left = tf.tensor2d(a, transposeA ? [k, m] : [m, k]);
        const right = tf.tensor2d(b, transposeB ? [n, k] : [k, n]);
        const product = tf.matMul(left, right, Boolean(transposeA), Boolean(transposeB));
        expectClose(product.dataSync(), expected);
      });
    },
  );

  test.each([
    { a: [3, 4, 5], b: [3, 5, 6] },
    { a: [3, 4, 5], b: [1, 5, 6] },
    { a: [4, 5], b: [2, 3, 5, 6] },
    { a: [2, 1, 4, 5], b: [1, 3, 5, 6] },
  ])("of batches $a and $b", ({ a, b }) => {
    tf.tidy(() => {
      const left = tf.tensor(seededValues("a", size(a)), a);
      const right = tf.tensor(seededValues("b", size(b)), b);
      const slow = tf.sum(tf.mul(tf.expandDims(left, -1), tf.expandDims(right, -3)), -2);
      expectClose(tf.matMul(left, right).dataSync(), slow.dataSync());
    });
  });
});

function size(shape: readonly number[]): number {
  return shape.reduce((x, y) => x * y);
}
