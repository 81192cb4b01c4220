import * as tf from "@tensorflow/tfjs-core";
import { add as shader } from "../shaders/add.js";
import { isFloat, kernel, namesInHalves } from "./kernel.js";

/** Of activations stored as halves, as where gradients meet; the stock one would get floats made of them, and make floats. */
export const add = kernel<"a" | "b", object>(
  tf.Add,
  ({ inputs: { a, b }, runner, stock }) => {
    if (!isFloat(a, b) || !tf.util.arraysEqual(a.shape, b.shape)) return stock();
    if (!runner.isHalf(a) && !runner.isHalf(b)) return stock();
    const sum = runner.activation(a.shape);
    runner.run(shader(a.size, namesInHalves(runner, { a, b, sum })), [a, b, sum]);
    return sum;
  },
  ["a", "b"],
);
