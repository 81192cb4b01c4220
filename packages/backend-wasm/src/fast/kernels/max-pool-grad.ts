import * as tf from "@tensorflow/tfjs-core";
import { fastKernel } from "../fast-kernel.js";
import { poolOf } from "../pooling/window.js";

/** Images from which they are tasks enough; below it tasks are a cache line of channels. */
const IMAGES = 8;
const CHANNELS = 16;

/** Each output's gradient goes to the first of its window's largest values. */
export const maxPoolGrad = fastKernel<"dy" | "input" | "output", tf.MaxPoolGradAttrs>(
  tf.MaxPoolGrad,
  ({ inputs: { dy, input }, attrs, runtime }) => {
    const { pool, window } = poolOf(input, attrs);
    const dx = runtime.output(input.shape);
    const channelsPerTask = pool.batchSize < IMAGES ? CHANNELS : pool.inChannels;
    runtime.run("maxPoolGradient", pool.batchSize * Math.ceil(pool.inChannels / channelsPerTask), {
      ...window,
      channelsPerTask,
      x: runtime.addressOf(input),
      dy: runtime.addressOf(dy),
      dx: runtime.addressOf(dx),
    });
    return dx;
  },
);
