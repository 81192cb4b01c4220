import * as tf from "@tensorflow/tfjs-core";
import { expectClose, expectNoLeak, seededValues } from "@contrastive/testing";
import { expect, test } from "vitest";
import { describeOnGpu } from "../../test/gpu.js";
// By path: loops are not public.
import { productOf, size } from "../../../testing/src/loops/product.js";

const transposes = [
  [false, false],
  [false, true],
  [true, false],
  [true, true],
] as const;

/** Tiles are of 32 or more rows and columns, 16 deep; from 512 values on, a short product's inner axis is split. */
const shapes = [
  { a: [1, 1], b: [1, 1] },
  { a: [5, 3], b: [3, 8] },
  { a: [33, 17], b: [17, 65] },
  { a: [64, 48], b: [48, 36] },
  { a: [7, 1030], b: [1030, 9] },
  { a: [1, 2048], b: [2048, 4] },
  { a: [3, 4, 5], b: [3, 5, 6] },
  { a: [3, 4, 8], b: [1, 8, 12] },
  { a: [1, 4, 5], b: [3, 5, 6] },
  { a: [4, 5], b: [2, 3, 5, 6] },
  { a: [2, 3, 4, 5], b: [5, 6] },
  { a: [2, 1, 4, 5], b: [1, 3, 5, 6] },
  { a: [2, 36, 600], b: [2, 600, 9] },
];

const [rows, depth, columns] = [37, 7, 39];
const activations = ["linear", "relu", "relu6", "elu", "leakyrelu", "prelu", "sigmoid"] as const;

describeOnGpu("matrix product", () => {
  test.each(
    shapes.flatMap((shape) =>
      transposes.map(([transposeA, transposeB]) => ({ ...shape, transposeA, transposeB })),
    ),
  )("of $a and $b, transposed $transposeA and $transposeB", async ({ a, b, transposeA, transposeB }) => {
    const values = { a: seededValues("a", size(a)), b: seededValues("b", size(b)) };
    const expected = productOf(a, values.a, b, values.b);
    await expectNoLeak(async () => {
      const [once, again] = tf.tidy(() => {
        const left = tf.tensor(
          transposeA ? swapped(values.a, a) : values.a,
          transposeA ? swappedShape(a) : a,
        );
        const right = tf.tensor(
          transposeB ? swapped(values.b, b) : values.b,
          transposeB ? swappedShape(b) : b,
        );
        const multiply = () => tf.matMul(left, right, transposeA, transposeB);
        return [multiply(), multiply()];
      });
      expect(once.shape).toEqual(expected.shape);
      const actual = await once.data();
      expectClose(actual, expected.values);
      expect(actual).toEqual(await again.data());
      tf.dispose([once, again]);
    });
  });

  test("of no matrices, no rows, no columns and no depth", async () => {
    expect(productOfZeros([0, 3, 4], [0, 4, 5]).shape).toEqual([0, 3, 5]);
    expect(productOfZeros([2, 0, 4], [2, 4, 5]).shape).toEqual([2, 0, 5]);
    expect(productOfZeros([2, 3, 4], [2, 4, 0]).shape).toEqual([2, 3, 0]);
    expect([...(await productOfZeros([1, 3, 0], [1, 0, 2]).data())]).toEqual([0, 0, 0, 0, 0, 0]);
  });

  test.each(activations.flatMap((activation) => [true, false].map((bias) => ({ activation, bias }))))(
    "with bias $bias, then $activation",
    async ({ activation, bias }) => {
      const slopes = seededValues("slopes", columns);
      const after = activationOf(activation, slopes);
      const values = { a: seededValues("a", rows * depth), b: seededValues("b", depth * columns) };
      const offsets = seededValues("bias", columns);
      const { values: products } = productOf([rows, depth], values.a, [depth, columns], values.b);
      const sums = products.map((value, i) => value + (bias ? offsets[i % columns] : 0));
      await expectNoLeak(async () => {
        const fused = tf.tidy(() =>
          tf.fused.matMul({
            a: tf.tensor2d(values.a, [rows, depth]),
            b: tf.tensor2d(values.b, [depth, columns]),
            ...(bias ? { bias: tf.tensor1d(offsets) } : {}),
            activation,
            preluActivationWeights: activation === "prelu" ? tf.tensor1d(slopes) : undefined,
            leakyreluAlpha: 0.3,
          }),
        );
        expectClose(await fused.data(), sums.map(after));
        fused.dispose();
      });
    },
  );

  test.each(["relu", "prelu", "sigmoid"] as const)(
    "of a long inner axis, with bias, then %s",
    async (activation) => {
      const [rows, depth, columns] = [5, 1000, 8];
      const slopes = seededValues("slopes", columns);
      const values = { a: seededValues("a", rows * depth), b: seededValues("b", depth * columns) };
      const offsets = seededValues("bias", columns);
      const { values: products } = productOf([rows, depth], values.a, [depth, columns], values.b);
      const fused = tf.tidy(() =>
        tf.fused.matMul({
          a: tf.tensor2d(values.a, [rows, depth]),
          b: tf.tensor2d(values.b, [depth, columns]),
          bias: tf.tensor1d(offsets),
          activation,
          preluActivationWeights: activation === "prelu" ? tf.tensor1d(slopes) : undefined,
        }),
      );
      const sums = products.map((value, i) => value + offsets[i % columns]);
      expectClose(await fused.data(), sums.map(activationOf(activation, slopes)));
      fused.dispose();
    },
  );

  test("of no depth, with bias, then relu", async () => {
    const fused = tf.tidy(() =>
      tf.fused.matMul({
        a: tf.zeros([2, 0]),
        b: tf.zeros([0, 2]),
        bias: tf.tensor1d([-1, 2]),
        activation: "relu",
      }),
    );
    expect([...(await fused.data())]).toEqual([0, 2, 0, 2]);
    fused.dispose();
  });

  test("and a bounded activation, NaN stays NaN", async () => {
    const fused = tf.tidy(() =>
      tf.fused.matMul({
        a: tf.tensor2d([NaN, 1, 1, 1], [2, 2]),
        b: tf.ones([2, 3]),
        bias: tf.tensor1d([1, NaN, 9]),
        activation: "relu6",
      }),
    );
    expect([...(await fused.data())]).toEqual([NaN, NaN, NaN, 3, NaN, 6]);
    fused.dispose();
  });

  test("has products as gradients", async () => {
    const [a, b] = [tf.tensor2d(seededValues("a", 35), [5, 7]), tf.tensor2d(seededValues("b", 21), [7, 3])];
    const [da, db] = tf.tidy(() => tf.grads((a, b) => tf.matMul(a, b))([a, b], tf.ones([5, 3])));
    const [left, right] = [await a.data(), await b.data()];
    const ones = new Float32Array(15).fill(1);
    expectClose(await da.data(), productOf([5, 3], ones, [3, 7], swapped(right, [7, 3])).values);
    expectClose(await db.data(), productOf([7, 5], swapped(left, [5, 7]), [5, 3], ones).values);
    tf.dispose([a, b, da, db]);
  });
});

function activationOf(name: (typeof activations)[number], slopes: ArrayLike<number>) {
  return {
    linear: (x: number) => x,
    relu: (x: number) => Math.max(0, x),
    relu6: (x: number) => Math.min(6, Math.max(0, x)),
    elu: (x: number) => (x >= 0 ? x : Math.expm1(x)),
    leakyrelu: (x: number) => (x >= 0 ? x : 0.3 * x),
    prelu: (x: number, i: number) => (x >= 0 ? x : slopes[i % slopes.length] * x),
    sigmoid: (x: number) => 1 / (1 + Math.exp(-x)),
  }[name];
}

function productOfZeros(a: number[], b: number[]): tf.Tensor {
  return tf.tidy(() => tf.matMul(tf.zeros(a), tf.zeros(b)));
}

/** The last two axes swapped. */
function swapped(values: ArrayLike<number>, shape: readonly number[]): Float32Array {
  const [rows, columns] = shape.slice(-2);
  return Float32Array.from(values, (_, i) => {
    const [matrix, place] = [Math.floor(i / (rows * columns)), i % (rows * columns)];
    return values[matrix * rows * columns + (place % rows) * columns + Math.floor(place / rows)];
  });
}

function swappedShape(shape: readonly number[]): number[] {
  return [...shape.slice(0, -2), shape[shape.length - 1], shape[shape.length - 2]];
}
