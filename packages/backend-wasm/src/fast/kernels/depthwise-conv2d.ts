import * as tf from "@tensorflow/tfjs-core";
import { depthwiseInfo } from "../../kernels/depthwise.js";
import { forwardGrid, forwardTaps } from "../convolution/grid.js";
import { correlate } from "../depthwise/correlate.js";
import { withSpreadChannels } from "../depthwise/spread.js";
import { fastKernel } from "../fast-kernel.js";

export const depthwiseConv2d = fastKernel<"x" | "filter", tf.DepthwiseConv2dNativeAttrs>(
  tf.DepthwiseConv2dNative,
  ({ inputs: { x, filter }, attrs, runtime, stock }) => {
    if (attrs.dataFormat === "NCHW") return stock();
    const conv = depthwiseInfo(x.shape, filter.shape, attrs);
    const y = runtime.output(conv.outShape);
    withSpreadChannels(x, conv, (spread) =>
      correlate(runtime, {
        grid: forwardGrid(conv),
        taps: forwardTaps(conv),
        channels: conv.outChannels,
        fold: 1,
        x: runtime.addressOf(spread),
        filter: runtime.addressOf(filter),
        y: runtime.addressOf(y),
      }),
    );
    return y;
  },
);
