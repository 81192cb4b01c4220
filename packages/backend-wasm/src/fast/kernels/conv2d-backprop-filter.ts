import * as tf from "@tensorflow/tfjs-core";
import { directFilterGradient } from "../convolution/direct-filter-gradient.js";
import { geometryOf } from "../convolution/geometry.js";
import { winogradFilterGradient } from "../convolution/winograd-gradient.js";
import { suitsWinograd } from "../convolution/winograd.js";
import { fastKernel } from "../fast-kernel.js";

export const conv2dBackpropFilter = fastKernel<"x" | "dy", tf.Conv2DBackpropFilterAttrs>(
  tf.Conv2DBackpropFilter,
  ({ inputs: { x, dy }, attrs, runtime, stock }) => {
    const conv = geometryOf(x.shape, attrs.filterShape, attrs);
    if (conv.dataFormat !== "channelsLast") return stock();
    const gradient = runtime.output(attrs.filterShape);
    const operands = {
      x: runtime.addressOf(x),
      filter: runtime.addressOf(gradient),
      y: runtime.addressOf(dy),
    };
    (suitsWinograd(runtime, conv) ? winogradFilterGradient : directFilterGradient)(runtime, conv, operands);
    return gradient;
  },
);
