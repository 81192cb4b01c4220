import * as tf from "@tensorflow/tfjs-core";
import { matrixShape } from "../../kernels/batch-mat-mul.js";
import { bytes, packedBytes } from "../bytes.js";
import type { Runtime } from "../runtime.js";

export interface BatchProduct {
  /** `[..., rows, depth]`, or `[..., depth, rows]` if transposed. */
  readonly a: tf.TensorInfo;
  readonly transposeA: boolean;
  readonly b: tf.TensorInfo;
  readonly transposeB: boolean;
  /** `[columns]`. */
  readonly bias?: tf.TensorInfo;
  readonly least?: number;
  readonly most?: number;
}

/** Multiply-adds that make a task worth its start. */
const TASK = 2 ** 20;
/** Tasks that keep several threads busy. */
const ENOUGH_TASKS = 16;
/** Rows of a block that still repay reading its columns. */
const FEWEST_ROWS = 48;

/** Products of matrices, whose batches broadcast. No size may be 0. */
export function batchProduct(runtime: Runtime, product: BatchProduct): tf.TensorInfo {
  const { a, transposeA, b, transposeB, bias, least = -Infinity, most = Infinity } = product;
  const [rows, depth] = matrixShape(a.shape, transposeA);
  const [, columns] = matrixShape(b.shape, transposeB);
  const outerA = a.shape.slice(0, -2);
  const outerB = b.shape.slice(0, -2);
  const outer = tf.broadcast_util.assertAndGetBroadcastShape(outerA, outerB);
  const out = runtime.output([...outer, rows, columns]);
  const count = tf.util.sizeFromShape(outerB);
  const batch = tf.util.sizeFromShape(outer);

  const size = packedBytes(depth, columns);
  const { packed, table } = runtime.workspace({ packed: count * size, table: 8 * batch });
  const pieces = transposeB ? Math.ceil(columns / 8) : Math.ceil(depth / runtime.layout.packedRows);
  const piecesPerTask = Math.ceil((pieces * TASK) / (16 * depth * columns));
  runtime.run(
    "packBatch",
    Math.ceil((count * pieces) / piecesPerTask),
    {
      count,
      depth,
      columns,
      transposed: transposeB ? 1 : 0,
      piecesPerTask,
      from: runtime.addressOf(b),
      packed,
    },
    4,
  );

  // Where all rows meet the same right matrix, they are rows of one product.
  const joined = count === 1 && !transposeA;
  const shape = { batch: joined ? 1 : batch, rows: joined ? batch * rows : rows, columns, depth };
  runtime.writeIntegers(
    table,
    Array.from({ length: shape.batch }, (_, i) => [
      runtime.addressOf(a) + bytes(indexIn(outerA, outer, i), rows, depth),
      packed + indexIn(outerB, outer, i) * size,
    ]).flat(),
  );
  const { tasks, ...cut } = cutOf(runtime, shape);
  runtime.run(
    "batchProduct",
    tasks,
    {
      table,
      ...shape,
      transposed: transposeA ? 1 : 0,
      ...cut,
      bias: bias === undefined ? 0 : runtime.addressOf(bias),
      least,
      most,
      c: runtime.addressOf(out),
    },
    runtime.sizes.blockScratch(),
  );
  return out;
}

/** Blocks as large as the caches like, or smaller ones if those were too few for several threads. */
function cutOf(
  { layout: { blockRows: mostRows, blockColumns, tileRows } }: Runtime,
  { batch, rows, columns, depth }: Record<"batch" | "rows" | "columns" | "depth", number>,
) {
  const across = Math.ceil(columns / blockColumns) * batch;
  const most = Math.min(mostRows, Math.ceil((rows * across) / ENOUGH_TASKS));
  const blockRows = Math.min(mostRows, tileRows * Math.ceil(Math.max(most, FEWEST_ROWS) / tileRows));
  const blocks = across * Math.ceil(rows / blockRows);
  const work = depth * Math.min(rows, blockRows) * Math.min(columns, blockColumns);
  const blocksPerTask = Math.ceil(TASK / work);
  return { blockRows, blockColumns, blocksPerTask, tasks: Math.ceil(blocks / blocksPerTask) };
}

/** The index in `shape` of what stands at index `i` of `outer`, to which it is broadcast. */
function indexIn(shape: readonly number[], outer: readonly number[], i: number): number {
  let [index, rest, stride] = [0, i, 1];
  for (let axis = 1; axis <= shape.length; axis++) {
    const size = outer[outer.length - axis];
    if (shape[shape.length - axis] > 1) index += (rest % size) * stride;
    stride *= shape[shape.length - axis];
    rest = Math.floor(rest / size);
  }
  return index;
}
