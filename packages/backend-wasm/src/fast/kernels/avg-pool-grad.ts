import * as tf from "@tensorflow/tfjs-core";
import { gradientGrids } from "../convolution/grid.js";
import { correlate } from "../depthwise/correlate.js";
import { fastKernel } from "../fast-kernel.js";
import { poolOf } from "../pooling/window.js";

/**
 * A depthwise convolution's, with one weight for all. As on tfjs's other backends, it divides by the whole window, inside or not.
 */
export const avgPoolGrad = fastKernel<"dy" | "input", tf.AvgPoolGradAttrs>(
  tf.AvgPoolGrad,
  ({ inputs: { dy, input }, attrs, runtime }) => {
    const { pool } = poolOf(input, attrs);
    const dx = runtime.output(input.shape);
    for (const { grid, taps } of gradientGrids(pool)) {
      correlate(runtime, {
        grid,
        taps,
        channels: pool.inChannels,
        fold: 1,
        x: runtime.addressOf(dy),
        filter: { weight: 1 / (pool.filterHeight * pool.filterWidth) },
        y: runtime.addressOf(dx),
      });
    }
    return dx;
  },
);
