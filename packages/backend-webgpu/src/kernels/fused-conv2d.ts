import * as tf from "@tensorflow/tfjs-core";
import { convolution } from "../shaders/convolution/convolution.js";
import { geometryOf, isSupported } from "./convolution.js";
import { fused, fusedZeros, isOfColumns } from "./fused.js";
import { kernel } from "./kernel.js";
import { runProductInto } from "./run-product.js";

/** A convolution with a bias and an activation. */
export const fusedConv2d = kernel<"x" | "filter" | "bias" | "preluActivationWeights", tf.FusedConv2DAttrs>(
  tf.FusedConv2D,
  ({ inputs: { x, filter, bias, preluActivationWeights }, attrs, runner, stock }) => {
    const { activation, leakyreluAlpha: slope = 0 } = attrs;
    const conv = geometryOf(x.shape, filter.shape, attrs);
    if (!isSupported(conv, x, filter) || !isOfColumns(bias, conv.outChannels)) return stock();
    const after = { bias, activation, slope, preluActivationWeights };
    if (x.size * filter.size === 0) return fusedZeros(after, conv.outShape);
    return fused(after, ({ bias, ...options }) => {
      const y = runner.activation(conv.outShape);
      const halves = { x: runner.isHalf(x), y: runner.isHalf(y) };
      return runProductInto(runner, convolution(conv, { ...options, halves }), { a: x, b: filter, bias }, y);
    });
  },
  ["x"],
);
