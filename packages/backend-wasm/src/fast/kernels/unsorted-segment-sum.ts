import * as tf from "@tensorflow/tfjs-core";
import { bytes } from "../bytes.js";
import { fastKernel } from "../fast-kernel.js";

/** Values that a task adds, on average. */
const VALUES = 2 ** 15;

/** Sums of the rows that share a segment, in order; a segment that does not exist is left out. */
export const unsortedSegmentSum = fastKernel<"x" | "segmentIds", tf.UnsortedSegmentSumAttrs>(
  tf.UnsortedSegmentSum,
  ({ inputs: { x, segmentIds }, attrs: { numSegments }, backend, runtime, stock }) => {
    if (x.dtype !== "float32") return stock();
    const shape = x.shape.slice(segmentIds.rank);
    const columns = tf.util.sizeFromShape(shape);
    const out = runtime.output([numSegments, ...shape]);
    if (columns === 0) return out;
    const values = columns * Math.max(1, segmentIds.size / numSegments);
    const segmentsPerTask = Math.max(1, Math.floor(VALUES / values));
    const tasks = Math.ceil(numSegments / segmentsPerTask);
    const { starts, order } = byTask(backend.typedArrayFromHeap(segmentIds), numSegments, segmentsPerTask);
    const tables = runtime.workspace({ starts: bytes(starts.length), order: bytes(order.length) });
    runtime.writeIntegers(tables.starts, starts);
    runtime.writeIntegers(tables.order, order);
    runtime.run("segmentSum", tasks, {
      segments: numSegments,
      segmentsPerTask,
      columns,
      ...tables,
      segmentIds: runtime.addressOf(segmentIds),
      x: runtime.addressOf(x),
      out: runtime.addressOf(out),
    });
    return out;
  },
  ["float32", "int32"],
);

/** The numbers of the rows that each task adds, one task after the other, and where among them each task starts. */
function byTask(segments: ArrayLike<number>, count: number, perTask: number) {
  const tasks: number[][] = Array.from({ length: Math.ceil(count / perTask) }, () => []);
  for (let row = 0; row < segments.length; row++) {
    const segment = segments[row];
    if (segment >= 0 && segment < count) tasks[Math.floor(segment / perTask)].push(row);
  }
  const starts = [0];
  for (const rows of tasks) starts.push(starts[starts.length - 1] + rows.length);
  return { starts, order: tasks.flat() };
}
