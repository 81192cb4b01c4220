import * as tf from "@tensorflow/tfjs-core";
import type { Kernel } from "../../kernels/kernel.js";
import { fastKernel } from "../fast-kernel.js";
import { rowsOf } from "./rows.js";

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

/** A sum; over neighbouring axes that leave enough to cut into tasks. */
export const sum = reduction(tf.Sum, 0);

/** The largest, likewise. */
export const max = reduction(tf.Max, 1);

function reduction(name: string, largest: number): Kernel {
  return fastKernel<"x", Attributes>(name, ({ inputs: { x }, attrs, runtime, stock }) => {
    const axes = tf.util.parseAxisParam((attrs.axis ?? attrs.reductionIndices)!, x.shape);
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
      const tasks = outer * Math.ceil(columns / columnsPerTask);
      runtime.run("reduceColumns", tasks, { count, columns, columnsPerTask, largest, x: atX, out: atOut });
    }
    return out;
  });
}
