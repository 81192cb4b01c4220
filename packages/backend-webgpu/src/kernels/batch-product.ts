import * as tf from "@tensorflow/tfjs-core";
import type { Runner } from "../runner/runner.js";
import type { Finish } from "../shaders/product/finish.js";
import { matrix } from "../shaders/product/operand.js";
import { product } from "../shaders/product/product.js";
import { runProduct } from "./run-product.js";

export interface BatchProduct {
  /** `[..., rows, inner]`, or `[..., inner, rows]` if transposed. */
  readonly a: tf.Tensor;
  readonly transposeA: boolean;
  /** `[..., inner, columns]`, or `[..., columns, inner]` if transposed. */
  readonly b: tf.Tensor;
  readonly transposeB: boolean;
  /** `[columns]`, where `finish` has one. */
  readonly bias?: tf.Tensor;
  readonly finish?: Finish;
  readonly slope?: number;
}

export interface BatchProductShape {
  readonly outer: readonly number[];
  readonly rows: number;
  readonly columns: number;
  readonly inner: number;
}

export function shapeOf({ a, transposeA, b, transposeB }: BatchProduct): BatchProductShape {
  const [rows, inner] = matrixShape(a.shape, transposeA);
  const [, columns] = matrixShape(b.shape, transposeB);
  const outer = tf.broadcast_util.assertAndGetBroadcastShape(a.shape.slice(0, -2), b.shape.slice(0, -2));
  return { outer, rows, columns, inner };
}

/** Products of matrices, whose batches broadcast. No size may be 0. */
export function batchProduct(runner: Runner, options: BatchProduct): tf.TensorInfo {
  const { a, transposeA, b, transposeB, bias, finish, slope } = options;
  const { outer, rows, columns, inner } = shapeOf(options);
  const batches = tf.util.sizeFromShape([...outer]);
  const [batchesA, batchesB] = [a.size / (rows * inner), b.size / (inner * columns)];
  const isWhole = (count: number) => count === 1 || count === batches;
  if (!isWhole(batchesA) || !isWhole(batchesB)) {
    return tf.tidy(() => {
      const spread = { a: spreadTo(outer, a), b: spreadTo(outer, b) };
      return tf.engine().makeTensorFromTensorInfo(batchProduct(runner, { ...options, ...spread }));
    });
  }
  // Where all rows meet the same right matrix, they are rows of one product.
  const joined = batchesB === 1 && !transposeA && batchesA === batches;
  const plan = product({
    name: "product",
    shape: joined ? { batches: 1, rows: batches * rows, columns, inner } : { batches, rows, columns, inner },
    strides: { a: batchesA === 1 ? 0 : rows * inner, b: batchesB === 1 ? 0 : inner * columns },
    a: transposeA ? matrix("outer", rows) : matrix("inner", inner),
    b: transposeB ? matrix("inner", inner) : matrix("outer", columns),
    finish,
    slope,
  });
  return runProduct(runner, plan, { a, b, bias }, [...outer, rows, columns]);
}

/** Rows and columns of the last two axes. */
function matrixShape(shape: readonly number[], transposed: boolean): [rows: number, columns: number] {
  const [rows, columns] = shape.slice(-2);
  return transposed ? [columns, rows] : [rows, columns];
}

function spreadTo(outer: readonly number[], x: tf.Tensor): tf.Tensor {
  return tf.broadcastTo(x, [...outer, ...x.shape.slice(-2)]);
}
