import * as tf from "@tensorflow/tfjs-core";
import { blocks } from "../convolution/direct.js";
import { bytes, packedBytes } from "../convolution/geometry.js";
import { fastKernel } from "../fast-kernel.js";
import type { Runtime } from "../runtime.js";

export const batchMatMul = fastKernel<"a" | "b", tf.BatchMatMulAttrs>(
  tf.BatchMatMul,
  ({ inputs: { a, b }, attrs: { transposeA, transposeB }, runtime, stock }) => {
    const [rows, depth] = matrix(a.shape, transposeA);
    const [, columns] = matrix(b.shape, transposeB);
    if (rows * depth * columns === 0) return stock();
    const outerA = a.shape.slice(0, -2);
    const outerB = b.shape.slice(0, -2);
    const outer = tf.broadcast_util.assertAndGetBroadcastShape(outerA, outerB);
    const out = runtime.output([...outer, rows, columns]);
    for (let i = 0; i < tf.util.sizeFromShape(outer); i++) {
      multiply(runtime, {
        rows,
        columns,
        depth,
        a: runtime.addressOf(a) + bytes(indexIn(outerA, outer, i), rows, depth),
        b: runtime.addressOf(b) + bytes(indexIn(outerB, outer, i), depth, columns),
        out: runtime.addressOf(out) + bytes(i, rows, columns),
        transposeA,
        transposeB,
      });
    }
    return out;
  },
);

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

interface Product {
  readonly rows: number;
  readonly columns: number;
  readonly depth: number;
  readonly a: number;
  readonly b: number;
  readonly out: number;
  readonly transposeA: boolean;
  readonly transposeB: boolean;
}

function multiply(runtime: Runtime, product: Product): void {
  const { rows, columns, depth, a, b, out, transposeA, transposeB } = product;
  const { packed, table } = runtime.workspace({ packed: packedBytes(depth, columns), table: 4 });
  if (transposeB) {
    runtime.writeIntegers(table, [0]);
    const args = { taps: 1, columns, length: depth, table, from: b, packed };
    runtime.run("packTransposedColumns", Math.ceil(columns / 8), args);
  } else {
    const tasks = Math.ceil(depth / runtime.layout.packedRows);
    runtime.run("packColumns", tasks, { depth, columns, from: b, packed });
  }
  runtime.run(
    "matrixProduct",
    blocks(runtime, rows, columns),
    { rows, columns, depth, a, transposed: transposeA ? 1 : 0, b: packed, c: out, accumulate: 0 },
    runtime.sizes.blockScratch(),
  );
}

function matrix(shape: readonly number[], transposed: boolean): [rows: number, columns: number] {
  const [rows, columns] = shape.slice(-2);
  return transposed ? [columns, rows] : [rows, columns];
}
