import * as tf from "@tensorflow/tfjs-core";
import { depthwiseInfo, forEachTap } from "./depthwise.js";
import { floats, kernel } from "./kernel.js";

/** The gradient of a depthwise convolution's filter, in plain loops. */
export const depthwiseConv2dBackpropFilter = kernel<"x" | "dy", tf.DepthwiseConv2dNativeBackpropFilterAttrs>(
  tf.DepthwiseConv2dNativeBackpropFilter,
  ({ inputs, attrs, backend }) => {
    const conv = depthwiseInfo(inputs.x.shape, attrs.filterShape, attrs);
    const { inChannels, outChannels } = conv;
    const multiplier = outChannels / inChannels;
    const output = backend.makeOutput(attrs.filterShape, "float32");
    const x = floats(backend, inputs.x);
    const dy = floats(backend, inputs.dy);
    const sums = new Float64Array(conv.filterHeight * conv.filterWidth * outChannels);
    forEachTap(conv, (tap, from, to) => {
      for (let m = 0; m < outChannels; m++) {
        // Truncation, by far the faster way to divide small integers.
        sums[tap + m] += x[from + ((m / multiplier) | 0)] * dy[to + m];
      }
    });
    floats(backend, output).set(sums);
    return output;
  },
);
