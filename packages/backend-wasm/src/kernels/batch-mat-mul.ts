import * as tf from "@tensorflow/tfjs-core";
import { kernel } from "./kernel.js";

/** Multiplications in one product from which the preparations pay. */
const FAST_FROM = 2 ** 15;

/**
 * A matrix product that always reaches the stock kernel's fast path, which takes one product of matrices that are not
 * transposed; all else it computes about ten times slower.
 */
export const batchMatMul = kernel<"a" | "b", tf.BatchMatMulAttrs>(
  tf.BatchMatMul,
  ({ inputs: { a, b }, attrs: { transposeA, transposeB }, stock }) => {
    const [rows, inner] = matrixShape(a.shape, transposeA);
    const [, columns] = matrixShape(b.shape, transposeB);
    const work = rows * inner * columns;
    const batchA = a.size / (rows * inner);
    const batchB = b.size / (inner * columns);
    if (a.dtype !== "float32" || b.dtype !== "float32" || work < FAST_FROM) return stock();
    if (batchA === 1 && batchB === 1) {
      if (!transposeA && !transposeB) return stock();
      return tf.tidy(() => tf.matMul(plain(a, transposeA), plain(b, transposeB)));
    }
    if (batchA !== batchB) return stock();
    return tf.tidy(() => {
      const as = tf.unstack(tf.reshape(plain(a, transposeA), [batchA, rows, inner]));
      const bs = tf.unstack(tf.reshape(plain(b, transposeB), [batchB, inner, columns]));
      const products = as.map((one, i) => tf.matMul(one, bs[i]));
      return tf.reshape(tf.stack(products), [...a.shape.slice(0, -2), rows, columns]);
    });
  },
);

/** Rows and columns of the last two axes. */
export function matrixShape(shape: readonly number[], transposed: boolean): [rows: number, columns: number] {
  const [rows, columns] = shape.slice(-2);
  return transposed ? [columns, rows] : [rows, columns];
}

function plain(x: tf.Tensor, transposed: boolean): tf.Tensor {
  if (!transposed) return x;
  const outer = x.shape.slice(0, -2).map((_, i) => i);
  return tf.transpose(x, [...outer, x.rank - 1, x.rank - 2]);
}
