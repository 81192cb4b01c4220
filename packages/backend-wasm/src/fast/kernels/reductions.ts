import * as tf from "@tensorflow/tfjs-core";
import { bytes } from "../bytes.js";
import type { Kernel } from "../../kernels/kernel.js";
import { fastKernel } from "../fast-kernel.js";
import type { Runtime } from "../runtime.js";
import { rowsOf } from "./rows.js";

/** Arguments of the compiled `reduceColumns`, but for how it is cut. */
interface Columns {
  readonly count: number;
  readonly columns: number;
  readonly largest: number;
  readonly x: number;
  readonly out: number;
}

interface Attributes {
  readonly axis?: number | number[];
  readonly reductionIndices?: number | number[];
  readonly keepDims?: boolean;
}

/** Below it the stock kernel is fast enough. */
const FEWEST = 2 ** 10;
/** Rows or columns that a reduction to nearly nothing must leave, for tasks are made of them. */
const FEWEST_LEFT = 8;

const columnsPerTask = 32;
/** Values of a task, at most. */
const VALUES = 2 ** 15;

/** A sum; over neighbouring axes that leave enough to cut into tasks. */
export const sum = reduction(tf.Sum, 0);

/** The largest, likewise. */
export const max = reduction(tf.Max, 1);

function reduction(name: string, largest: number): Kernel {
  return fastKernel<"x", Attributes>(name, ({ inputs: { x }, attrs, runtime, stock }) => {
    const all = x.shape.map((_, axis) => axis);
    const axes = tf.util.parseAxisParam(attrs.axis ?? attrs.reductionIndices ?? all, x.shape);
    const [first, last] = [Math.min(...axes), Math.max(...axes)];
    if (x.size < FEWEST || last - first + 1 !== axes.length) return stock();
    const [outer, count, columns] = [
      x.shape.slice(0, first),
      x.shape.slice(first, last + 1),
      x.shape.slice(last + 1),
    ].map((part) => tf.util.sizeFromShape(part));
    if (outer * columns < FEWEST_LEFT) return stock();
    const kept = attrs.keepDims === true;
    const out = runtime.output(
      x.shape.flatMap((size, axis) => (axis < first || axis > last ? [size] : kept ? [1] : [])),
    );
    const [atX, atOut] = [x, out].map(runtime.addressOf);
    if (columns === 1) {
      const { tasks, ...cut } = rowsOf({ shape: [outer, count] });
      runtime.run("reduceRows", tasks, { ...cut, largest, x: atX, out: atOut });
    } else {
      reduceColumns(runtime, outer, { count, columns, largest, x: atX, out: atOut });
    }
    return out;
  });
}

/** Of tall matrices in two steps: first by groups of rows, so that there are tasks, and what one reads is close together. */
function reduceColumns(runtime: Runtime, outer: number, args: Columns): void {
  const { count, columns, out } = args;
  const across = Math.ceil(columns / columnsPerTask);
  const rowsPerTask = Math.ceil(VALUES / Math.min(columns, columnsPerTask));
  const groups = Math.ceil(count / rowsPerTask);
  const { partial } = runtime.workspace({ partial: groups > 1 ? bytes(outer, groups, columns) : 0 });
  const to = groups > 1 ? partial : out;
  runtime.run("reduceColumns", outer * groups * across, { ...args, rowsPerTask, columnsPerTask, out: to });
  if (groups === 1) return;
  const parts = { ...args, count: groups, rowsPerTask: groups, columnsPerTask, x: partial };
  runtime.run("reduceColumns", outer * across, parts);
}
