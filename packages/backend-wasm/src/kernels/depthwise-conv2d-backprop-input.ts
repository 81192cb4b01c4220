import * as tf from "@tensorflow/tfjs-core";
import { depthwiseInfo, forEachTap } from "./depthwise.js";
import { floats, kernel, zeros } from "./kernel.js";

/** The gradient of a depthwise convolution's input, in plain loops. */
export const depthwiseConv2dBackpropInput = kernel<
  "dy" | "filter",
  tf.DepthwiseConv2dNativeBackpropInputAttrs
>(tf.DepthwiseConv2dNativeBackpropInput, ({ inputs, attrs, backend }) => {
  const conv = depthwiseInfo(attrs.inputShape, inputs.filter.shape, attrs);
  const { inChannels, outChannels } = conv;
  const multiplier = outChannels / inChannels;
  const output = zeros(backend, attrs.inputShape);
  const dx = floats(backend, output);
  const dy = floats(backend, inputs.dy);
  const filter = floats(backend, inputs.filter);
  forEachTap(conv, (tap, from, to) => {
    for (let m = 0; m < outChannels; m++) {
      dx[from + ((m / multiplier) | 0)] += filter[tap + m] * dy[to + m];
    }
  });
  return output;
});
