import * as tf from "@tensorflow/tfjs-core";
import { inputGradient } from "../shaders/convolution/input-gradient.js";
import { geometryOf, isSupported } from "./convolution.js";
import { isFloat, kernel } from "./kernel.js";
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
    const plan = inputGradient(conv, { halves, matrices: runner.usesMatrices() });
    return runProductInto(runner, plan, { a: dy, b: filter }, dx);
  },
  ["dy"],
);

/** As above, and added to `sum`, in its place if nobody else holds that. */
export const conv2dBackpropInputAdd = kernel<"dy" | "filter" | "sum", tf.Conv2DBackpropInputAttrs>(
  "Conv2DBackpropInputAdd",
  ({ inputs: { dy, filter, sum }, attrs, runner }) => {
    const conv = geometryOf(attrs.inputShape, filter.shape, attrs);
    const canAdd = isSupported(conv, dy, filter) && isFloat(sum) && dy.size * filter.size > 0;
    const results = canAdd ? runner.takeOver(sum) : undefined;
    if (results === undefined) {
      const dx = tf.engine().runKernel<tf.Tensor>(tf.Conv2DBackpropInput, { dy, filter }, { ...attrs });
      const total = tf.add(sum, dx);
      dx.dispose();
      return total;
    }
    const halves = { y: runner.isHalf(dy), dx: runner.isHalf(results) };
    const plan = inputGradient(conv, { halves, adds: true, matrices: runner.usesMatrices() });
    return runProductInto(runner, plan, { a: dy, b: filter }, results);
  },
  ["dy", "sum"],
);
