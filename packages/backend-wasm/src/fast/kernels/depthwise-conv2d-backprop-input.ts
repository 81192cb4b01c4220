import * as tf from "@tensorflow/tfjs-core";
import { depthwiseInfo } from "../../kernels/depthwise.js";
import { gradientGrids } from "../convolution/grid.js";
import { correlate } from "../depthwise/correlate.js";
import { fastKernel } from "../fast-kernel.js";

export const depthwiseConv2dBackpropInput = fastKernel<
  "dy" | "filter",
  tf.DepthwiseConv2dNativeBackpropInputAttrs
>(tf.DepthwiseConv2dNativeBackpropInput, ({ inputs: { dy, filter }, attrs, runtime }) => {
  const conv = depthwiseInfo(attrs.inputShape, filter.shape, attrs);
  const dx = runtime.output(conv.inShape);
  for (const { grid, taps } of gradientGrids(conv)) {
    correlate(runtime, {
      grid,
      taps,
      channels: conv.outChannels,
      fold: conv.outChannels / conv.inChannels,
      x: runtime.addressOf(dy),
      filter: runtime.addressOf(filter),
      y: runtime.addressOf(dx),
    });
  }
  return dx;
});
