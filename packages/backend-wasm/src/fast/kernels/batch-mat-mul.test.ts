import * as tf from "@tensorflow/tfjs-core";
import { expectClose, expectNoLeak, seededValues } from "@contrastive/testing";
import { beforeAll, describe, expect, test } from "vitest";
import { wasm } from "../../wasm.js";
// By path: loops are not public.
import { productOf, size } from "../../../../testing/src/loops/product.js";

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

const batches = [
  { a: [3, 4, 5], b: [3, 5, 6] },
  { a: [3, 4, 5], b: [1, 5, 6] },
  { a: [1, 4, 5], b: [3, 5, 6] },
  { a: [4, 5], b: [2, 3, 5, 6] },
  { a: [2, 3, 4, 5], b: [5, 6] },
  { a: [2, 1, 4, 5], b: [1, 3, 5, 6] },
  { a: [1, 130, 70], b: [2, 70, 9] },
  { a: [37, 65, 64], b: [37, 64, 65] },
];

const [rows, depth, columns] = [123, 7, 259];
const activations = ["linear", "relu", "relu6", "elu", "leakyrelu", "prelu", "sigmoid"] as const;

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

  test.each(
    batches.flatMap((batch) =>
      transposes.map(([transposeA, transposeB]) => ({ ...batch, transposeA, transposeB })),
    ),
  )("of batches $a and $b, transposed $transposeA and $transposeB", async ({ a, b, ...transposed }) => {
    await expectNoLeak(() =>
      tf.tidy(() => {
        const left = tf.tensor(seededValues("a", size(a)), a);
        const right = tf.tensor(seededValues("b", size(b)), b);
        const { transposeA, transposeB } = transposed;
        const product = tf.matMul(
          transposeA ? swapped(left) : left,
          transposeB ? swapped(right) : right,
          transposeA,
          transposeB,
        );
        const { shape, values } = productOf(a, left.dataSync(), b, right.dataSync());
        expect(product.shape).toEqual(shape);
        expectClose(product.dataSync(), values);
      }),
    );
  });

  test("of no matrices, no rows, no columns and no depth", () => {
    tf.tidy(() => {
      expect(tf.matMul(tf.zeros([0, 3, 4]), tf.zeros([0, 4, 5])).shape).toEqual([0, 3, 5]);
      expect(tf.matMul(tf.zeros([2, 0, 4]), tf.zeros([2, 4, 5])).shape).toEqual([2, 0, 5]);
      expect(tf.matMul(tf.zeros([2, 3, 4]), tf.zeros([2, 4, 0])).shape).toEqual([2, 3, 0]);
    });
  });

  test.each(activations.flatMap((activation) => [true, false].map((bias) => ({ activation, bias }))))(
    "with bias $bias, then $activation",
    async ({ activation, bias }) => {
      const slopes = seededValues("slopes", columns);
      const after = {
        linear: (x: number) => x,
        relu: (x: number) => Math.max(0, x),
        relu6: (x: number) => Math.min(6, Math.max(0, x)),
        elu: (x: number) => (x >= 0 ? x : Math.expm1(x)),
        leakyrelu: (x: number) => (x >= 0 ? x : 0.3 * x),
        prelu: (x: number, i: number) => (x >= 0 ? x : slopes[i % columns] * x),
        sigmoid: (x: number) => 1 / (1 + Math.exp(-x)),
      }[activation];
      await expectNoLeak(() =>
        tf.tidy(() => {
          const a = tf.tensor2d(seededValues("a", rows * depth), [rows, depth]);
          const b = tf.tensor2d(seededValues("b", depth * columns), [depth, columns]);
          const offsets = seededValues("bias", columns);
          const fused = tf.fused.matMul({
            a,
            b,
            ...(bias ? { bias: tf.tensor1d(offsets) } : {}),
            activation,
            preluActivationWeights: activation === "prelu" ? tf.tensor1d(slopes) : undefined,
            leakyreluAlpha: 0.3,
          });
          const { values } = productOf([rows, depth], a.dataSync(), [depth, columns], b.dataSync());
          const sums = values.map((value, i) => value + (bias ? offsets[i % columns] : 0));
          expectClose(fused.dataSync(), sums.map(after));
        }),
      );
    },
  );

  test("and a bounded activation, NaN stays NaN", () => {
    tf.tidy(() => {
      const fused = tf.fused.matMul({
        a: tf.tensor2d([NaN, 1, 1, 1], [2, 2]),
        b: tf.ones([2, 3]),
        bias: tf.tensor1d([1, NaN, 9]),
        activation: "relu6",
      });
      expect([...fused.dataSync()]).toEqual([NaN, NaN, NaN, 3, NaN, 6]);
    });
  });
});

function swapped(x: tf.Tensor): tf.Tensor {
  const axes = x.shape.map((_, axis) => axis);
  return tf.transpose(x, [...axes.slice(0, -2), x.rank - 1, x.rank - 2]);
}
