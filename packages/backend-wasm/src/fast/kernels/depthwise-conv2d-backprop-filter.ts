import * as tf from "@tensorflow/tfjs-core";
import { depthwiseInfo } from "../../kernels/depthwise.js";
import { depthwiseFilterGradient } from "../depthwise/filter-gradient.js";
import { withSpreadChannels } from "../depthwise/spread.js";
import { fastKernel } from "../fast-kernel.js";

export const depthwiseConv2dBackpropFilter = fastKernel<
  "x" | "dy",
  tf.DepthwiseConv2dNativeBackpropFilterAttrs
>(tf.DepthwiseConv2dNativeBackpropFilter, ({ inputs: { x, dy }, attrs, runtime }) => {
  const conv = depthwiseInfo(x.shape, attrs.filterShape, attrs);
  const gradient = runtime.output(attrs.filterShape);
  withSpreadChannels(x, conv, (spread) =>
    depthwiseFilterGradient(runtime, conv, {
      x: runtime.addressOf(spread),
      dy: runtime.addressOf(dy),
      filter: runtime.addressOf(gradient),
    }),
  );
  return gradient;
});
