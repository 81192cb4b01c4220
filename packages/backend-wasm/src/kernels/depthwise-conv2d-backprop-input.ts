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
    for (let channel = 0; channel < inChannels; channel++) {
      let sum = 0;
      for (let m = channel * multiplier; m < (channel + 1) * multiplier; m++) {
        sum += filter[tap + m] * dy[to + m];
      }
      dx[from + channel] += sum;
    }
  });
  return output;
});
