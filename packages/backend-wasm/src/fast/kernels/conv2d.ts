import * as tf from "@tensorflow/tfjs-core";
import { directForward } from "../convolution/direct.js";
import { geometryOf } from "../convolution/geometry.js";
import { suitsWinograd, winogradForward } from "../convolution/winograd.js";
import { fastKernel } from "../fast-kernel.js";

export const conv2d = fastKernel<"x" | "filter", tf.Conv2DAttrs>(
  tf.Conv2D,
  ({ inputs: { x, filter }, attrs, runtime, stock }) => {
    const conv = geometryOf(x.shape, filter.shape, attrs);
    if (conv.dataFormat !== "channelsLast") return stock();
    const y = runtime.output(conv.outShape);
    const operands = { x: runtime.addressOf(x), filter: runtime.addressOf(filter), y: runtime.addressOf(y) };
    (suitsWinograd(runtime, conv) ? winogradForward : directForward)(runtime, conv, operands);
    return y;
  },
);
