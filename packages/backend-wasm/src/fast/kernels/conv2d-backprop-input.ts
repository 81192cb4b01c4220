import * as tf from "@tensorflow/tfjs-core";
import { directInputGradient } from "../convolution/direct.js";
import { geometryOf } from "../convolution/geometry.js";
import { suitsWinograd, winogradInputGradient } from "../convolution/winograd.js";
import { fastKernel } from "../fast-kernel.js";

export const conv2dBackpropInput = fastKernel<"dy" | "filter", tf.Conv2DBackpropInputAttrs>(
  tf.Conv2DBackpropInput,
  ({ inputs: { dy, filter }, attrs, runtime, stock }) => {
    const conv = geometryOf(attrs.inputShape, filter.shape, attrs);
    if (conv.dataFormat !== "channelsLast") return stock();
    const dx = runtime.output(conv.inShape);
    const operands = {
      x: runtime.addressOf(dx),
      filter: runtime.addressOf(filter),
      y: runtime.addressOf(dy),
    };
    (suitsWinograd(runtime, conv) ? winogradInputGradient : directInputGradient)(runtime, conv, operands);
    return dx;
  },
);
