import * as tf from "@tensorflow/tfjs-core";
import { inputGradient } from "../shaders/convolution/input-gradient.js";
import { geometryOf, isSupported } from "./convolution.js";
import { kernel } from "./kernel.js";
import { runProductInto } from "./run-product.js";

/** Stock's reads all that it multiplies from memory, unless a flag is set, and multiplies by the zeros between strides. */
export const conv2dBackpropInput = kernel<"dy" | "filter", tf.Conv2DBackpropInputAttrs>(
  tf.Conv2DBackpropInput,
  ({ inputs: { dy, filter }, attrs, runner, stock }) => {
    const { inputShape } = attrs;
    const conv = geometryOf(inputShape, filter.shape, attrs);
    if (!isSupported(conv, dy, filter)) return stock();
    if (dy.size * filter.size === 0) return tf.zeros(inputShape);
    const dx = runner.activation(inputShape);
    const halves = { y: runner.isHalf(dy), dx: runner.isHalf(dx) };
    return runProductInto(runner, inputGradient(conv, { halves }), { a: dy, b: filter }, dx);
  },
  ["dy"],
);
