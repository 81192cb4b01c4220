import * as tf from "@tensorflow/tfjs-core";
import { fastKernel } from "../fast-kernel.js";

/** Images from which they are tasks enough; below it tasks are a cache line of channels. */
const IMAGES = 8;
const CHANNELS = 16;

/** Each output's gradient goes to the first of its window's largest values. */
export const maxPoolGrad = fastKernel<"dy" | "input" | "output", tf.MaxPoolGradAttrs>(
  tf.MaxPoolGrad,
  ({ inputs: { dy, input }, attrs, runtime }) => {
    const pool = tf.backend_util.computePool2DInfo(
      input.shape as [number, number, number, number],
      attrs.filterSize,
      attrs.strides,
      1,
      attrs.pad,
      attrs.dimRoundingMode,
    );
    const { batchSize, inChannels: channels } = pool;
    const dx = runtime.output(input.shape);
    const channelsPerTask = batchSize < IMAGES ? CHANNELS : channels;
    runtime.run("maxPoolGradient", batchSize * Math.ceil(channels / channelsPerTask), {
      height: pool.inHeight,
      width: pool.inWidth,
      channels,
      outHeight: pool.outHeight,
      outWidth: pool.outWidth,
      windowHeight: pool.filterHeight,
      windowWidth: pool.filterWidth,
      strideY: pool.strideHeight,
      strideX: pool.strideWidth,
      padTop: pool.padInfo.top,
      padLeft: pool.padInfo.left,
      channelsPerTask,
      x: runtime.addressOf(input),
      dy: runtime.addressOf(dy),
      dx: runtime.addressOf(dx),
    });
    return dx;
  },
);
