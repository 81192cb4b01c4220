import * as tf from "@tensorflow/tfjs-core";
import { type OpCase, sizeOf } from "./case.js";

const shape = [3, 4, 2, 5];
const axesOf = [[0], [1], [3], [0, 1], [1, 2], [0, 1, 2], [0, 3], [1, 3], [0, 1, 2, 3]];

/** Large enough for a fast path; odd factors, one channel, and sizes that are powers of two. */
const large: readonly { shape: readonly number[]; axes: readonly number[] }[] = [
  { shape: [2, 16, 16, 16], axes: [0, 1, 2] },
  { shape: [3, 24, 20, 5], axes: [0, 1, 2] },
  { shape: [64, 5, 13, 1], axes: [0, 1, 2] },
  { shape: [2, 48, 48, 3], axes: [1, 2] },
  { shape: [2, 48, 51], axes: [1, 2] },
  { shape: [17, 512], axes: [1] },
  { shape: [8192], axes: [0] },
  { shape: [6561], axes: [0] },
];

/** What losses are made of, along the last axis. */
const rowShapes = [
  [4, 7],
  [3, 1],
  [2, 3, 5],
];

export const reductionCases: readonly OpCase[] = [
  ...axesOf.flatMap((axes) => [reduction("sum", shape, axes), reduction("mean", shape, axes)]),
  ...[[0], [1, 2]].map((axes) => reduction("mean", shape, axes, true)),
  ...large.flatMap(({ shape, axes }): OpCase[] => [
    // Finite differences of so many values take too long, and say no more than those of a few.
    { ...reduction("sum", shape, axes), differentiable: false },
    { ...reduction("mean", shape, axes, true), differentiable: false },
  ]),
  ...rowShapes.flatMap((rows): OpCase[] => [
    byRow(
      "max",
      rows,
      (x) => tf.max(x, -1),
      (row) => [Math.max(...row)],
    ),
    byRow(
      "logSumExp",
      rows,
      (x) => tf.logSumExp(x, -1),
      (row) => [logSumExp(row)],
    ),
    byRow(
      "softmax",
      rows,
      (x) => tf.softmax(x),
      (row) => row.map((v) => Math.exp(v - logSumExp(row))),
    ),
    byRow(
      "logSoftmax",
      rows,
      (x) => tf.logSoftmax(x),
      (row) => row.map((v) => v - logSumExp(row)),
    ),
  ]),
];

function reduction(
  op: "sum" | "mean",
  shape: readonly number[],
  axes: readonly number[],
  keepDims = false,
): OpCase {
  const count = sizeOf(axes.map((axis) => shape[axis]));
  return {
    name: `${op} of [${shape}] over [${axes}]${keepDims ? ", axes kept" : ""}`,
    inputs: [shape],
    // Not around zero, so that an error does not hide behind cancellation.
    range: [0.5, 1.5],
    compute: (x) => (op === "sum" ? tf.sum : tf.mean)(x, [...axes], keepDims),
    reference: (x) => {
      const kept = shape.map((size, axis) => (axes.includes(axis) ? 1 : size));
      const sums = new Float64Array(sizeOf(kept));
      x.forEach((value, i) => {
        let to = 0;
        let rest = i;
        let stride = 1;
        for (let axis = shape.length - 1; axis >= 0; axis--) {
          const at = rest % shape[axis];
          rest = Math.floor(rest / shape[axis]);
          if (axes.includes(axis)) continue;
          to += at * stride;
          stride *= shape[axis];
        }
        sums[to] += value;
      });
      return op === "sum" ? sums : sums.map((sum) => sum / count);
    },
  };
}

function byRow(
  op: string,
  shape: readonly number[],
  compute: (x: tf.Tensor) => tf.Tensor,
  reference: (row: number[]) => number[],
): OpCase {
  const width = shape[shape.length - 1];
  return {
    name: `${op} of [${shape}]`,
    inputs: [shape],
    range: [-20, 20],
    compute,
    reference: (x) =>
      Float64Array.from(
        Array.from({ length: x.length / width }, (_, i) => [
          ...x.subarray(i * width, (i + 1) * width),
        ]).flatMap(reference),
      ),
  };
}

function logSumExp(row: readonly number[]): number {
  const largest = Math.max(...row);
  return largest + Math.log(row.reduce((sum, v) => sum + Math.exp(v - largest), 0));
}
