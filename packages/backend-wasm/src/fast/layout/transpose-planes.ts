import { bytes } from "../bytes.js";
import type { Runtime } from "../runtime.js";
import type { PermutedAxis } from "./permuted-axes.js";

/** Rows and columns of a block: what it reads and writes stays in the cache. */
const BLOCK = 64;
/** Values of a task. */
const VALUES = 2 ** 15;

/** Permutes words, the last axis of the input among those that move. */
export function transposePlanes(
  runtime: Runtime,
  axes: readonly PermutedAxis[],
  operands: { readonly x: number; readonly out: number },
): void {
  // In a plane lie the last axis of the input and that of the output.
  const rows = axes[axes.length - 1];
  const columns = axes.find(({ inStride }) => inStride === 1) ?? rows;
  const others = axes.filter((axis) => axis !== rows && axis !== columns).toReversed();
  const { axisTable } = runtime.workspace({ axisTable: 12 * others.length });
  runtime.writeIntegers(
    axisTable,
    others.flatMap(({ size, inStride, outStride }) => [size, bytes(inStride), bytes(outStride)]),
  );
  const planes = others.reduce((product, { size }) => product * size, 1);
  const rowBlock = Math.min(BLOCK, rows.size);
  const columnBlock = Math.min(BLOCK, columns.size);
  const blocks = planes * Math.ceil(rows.size / rowBlock) * Math.ceil(columns.size / columnBlock);
  const blocksPerTask = Math.max(1, Math.floor(VALUES / (rowBlock * columnBlock)));
  runtime.run("transposePlanes", Math.ceil(blocks / blocksPerTask), {
    planes,
    axes: others.length,
    axisTable,
    rows: rows.size,
    columns: columns.size,
    inStride: bytes(rows.inStride),
    outStride: bytes(columns.outStride),
    rowBlock,
    columnBlock,
    blocksPerTask,
    ...operands,
  });
}
