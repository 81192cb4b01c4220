import * as tf from "@tensorflow/tfjs-core";
import { convolution } from "../shaders/convolution/convolution.js";
import { geometryOf, isSupported } from "./convolution.js";
import { kernel } from "./kernel.js";
import { runProductInto } from "./run-product.js";

export const conv2d = kernel<"x" | "filter", tf.Conv2DAttrs>(
  tf.Conv2D,
  ({ inputs: { x, filter }, attrs, runner, stock }) => {
    const conv = geometryOf(x.shape, filter.shape, attrs);
    if (!isSupported(conv, x, filter)) return stock();
    if (x.size * filter.size === 0) return tf.zeros(conv.outShape);
    const y = runner.activation(conv.outShape);
    const halves = { x: runner.isHalf(x), y: runner.isHalf(y) };
    const plan = convolution(conv, { halves, matrices: runner.usesMatrices() });
    return runProductInto(runner, plan, { a: x, b: filter }, y);
  },
  ["x"],
);
