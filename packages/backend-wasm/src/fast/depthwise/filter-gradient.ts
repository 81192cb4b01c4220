import { bytes } from "../bytes.js";
import type { Geometry } from "../convolution/geometry.js";
import { forwardGrid, forwardTaps } from "../convolution/grid.js";
import type { Runtime } from "../runtime.js";
import { rowsOfTask } from "./correlate.js";

/** Values of dy in a task, at least. */
const VALUES = 2 ** 15;
/** How many times larger than a task's sums its part of dy is, at least: less would be spent on adding up sums. */
const SUMS = 4;
const SUMS_PER_TASK = 2 ** 10;

interface Operands {
  readonly x: number;
  readonly dy: number;
  readonly filter: number;
}

/** The gradient, at `filter`, of a depthwise filter; x has as many channels as dy. */
export function depthwiseFilterGradient(runtime: Runtime, conv: Geometry, { x, dy, filter }: Operands): void {
  const { outChannels: channels } = conv;
  const taps = forwardTaps(conv);
  const count = taps.length * channels;
  const rows = conv.batchSize * conv.outHeight;
  const rowsPerTask = rowsOfTask(conv.outWidth * channels, Math.max(VALUES, SUMS * count));
  const tasks = Math.ceil(rows / rowsPerTask);
  const { table, partial } = runtime.workspace({ table: 12 * taps.length, partial: bytes(tasks, count) });
  runtime.writeIntegers(table, taps.flat());
  runtime.run("depthwiseFilterSums", tasks, {
    ...forwardGrid(conv),
    taps: taps.length,
    table,
    channels,
    rowsPerTask,
    x,
    dy,
    partial,
  });
  runtime.run("sumParts", Math.ceil(count / SUMS_PER_TASK), {
    count,
    parts: tasks,
    valuesPerTask: SUMS_PER_TASK,
    partial,
    out: filter,
  });
}
