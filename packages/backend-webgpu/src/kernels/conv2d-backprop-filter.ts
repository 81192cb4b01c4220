import * as tf from "@tensorflow/tfjs-core";
import { filterGradient } from "../shaders/convolution/convolution.js";
import { geometryOf, isSupported } from "./convolution.js";
import { kernel } from "./kernel.js";
import { runProduct } from "./run-product.js";

/** Stock's is one thread a weight, which reads all of the batch. */
export const conv2dBackpropFilter = kernel<"x" | "dy", tf.Conv2DBackpropFilterAttrs>(
  tf.Conv2DBackpropFilter,
  ({ inputs: { x, dy }, attrs, runner, stock }) => {
    const { filterShape } = attrs;
    const conv = geometryOf(x.shape, filterShape, attrs);
    if (!isSupported(conv, x, dy)) return stock();
    if (x.size * dy.size === 0) return tf.zeros(filterShape);
    const halves = { x: runner.isHalf(x), y: runner.isHalf(dy) };
    const plan = filterGradient(conv, { halves, matrices: runner.usesMatrices() });
    return runProduct(runner, plan, { a: x, b: dy }, filterShape);
  },
  ["x", "dy"],
);
