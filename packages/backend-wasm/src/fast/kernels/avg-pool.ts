import * as tf from "@tensorflow/tfjs-core";
import { correlate } from "../depthwise/correlate.js";
import { forwardGrid, forwardTaps, gradientGrids } from "../depthwise/geometry.js";
import { fastKernel } from "../fast-kernel.js";

/** A depthwise convolution with ones, over the number of pixels that a window has inside of the image. */
export const avgPool = fastKernel<"x", tf.AvgPoolAttrs>(tf.AvgPool, ({ inputs: { x }, attrs, runtime }) => {
  const pool = poolOf(x, attrs);
  const y = runtime.output(pool.outShape);
  correlate(runtime, {
    grid: forwardGrid(pool),
    taps: forwardTaps(pool),
    channels: pool.inChannels,
    fold: 1,
    average: true,
    x: runtime.addressOf(x),
    filter: { weight: 1 },
    y: runtime.addressOf(y),
  });
  return y;
});

/** As on tfjs's other backends, it divides by the whole window, inside or not. */
export const avgPoolGrad = fastKernel<"dy" | "input", tf.AvgPoolGradAttrs>(
  tf.AvgPoolGrad,
  ({ inputs: { dy, input }, attrs, runtime }) => {
    const pool = poolOf(input, attrs);
    const dx = runtime.output(input.shape);
    for (const { grid, taps } of gradientGrids(pool)) {
      correlate(runtime, {
        grid,
        taps,
        channels: pool.inChannels,
        fold: 1,
        average: false,
        x: runtime.addressOf(dy),
        filter: { weight: 1 / (pool.filterHeight * pool.filterWidth) },
        y: runtime.addressOf(dx),
      });
    }
    return dx;
  },
);

function poolOf(
  { shape }: tf.Tensor,
  attrs: tf.AvgPoolAttrs | tf.AvgPoolGradAttrs,
): tf.backend_util.Conv2DInfo {
  return tf.backend_util.computePool2DInfo(
    shape as [number, number, number, number],
    attrs.filterSize,
    attrs.strides,
    1,
    attrs.pad,
    "dimRoundingMode" in attrs ? attrs.dimRoundingMode : undefined,
  );
}
