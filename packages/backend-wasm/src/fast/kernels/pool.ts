import * as tf from "@tensorflow/tfjs-core";
import { fastKernel } from "../fast-kernel.js";
import { poolOf } from "../pooling/window.js";

/** Values that a task reads, about. */
const VALUES = 2 ** 15;

export const avgPool = poolKernel<tf.AvgPoolAttrs>(tf.AvgPool, 0);

/** As on the plain JavaScript backend, NaN is never the largest. */
export const maxPool = poolKernel<tf.MaxPoolAttrs>(tf.MaxPool, 1);

function poolKernel<Attributes extends tf.AvgPoolAttrs | tf.MaxPoolAttrs>(name: string, largest: 0 | 1) {
  return fastKernel<"x", Attributes>(name, ({ inputs: { x }, attrs, runtime }) => {
    const { pool, window } = poolOf(x, attrs);
    const y = runtime.output(pool.outShape);
    const read = pool.outWidth * pool.filterHeight * pool.filterWidth * pool.inChannels;
    const rowsPerTask = Math.max(1, Math.floor(VALUES / read));
    runtime.run("pool", Math.ceil((pool.batchSize * pool.outHeight) / rowsPerTask), {
      images: pool.batchSize,
      ...window,
      largest,
      rowsPerTask,
      x: runtime.addressOf(x),
      y: runtime.addressOf(y),
    });
    return y;
  });
}
