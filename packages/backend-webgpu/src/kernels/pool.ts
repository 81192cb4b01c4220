import * as tf from "@tensorflow/tfjs-core";
import {
  averagePoolGradient,
  largestPositions,
  maxPool as maxPoolShader,
  maxPoolGradient,
} from "../shaders/pool.js";
import type { Windows } from "../shaders/windows.js";
import { isFloat, kernel, namesInHalves } from "./kernel.js";
import { fromInfo } from "./windows.js";

type Attributes = Pick<tf.MaxPoolGradAttrs, "filterSize" | "strides" | "pad" | "dimRoundingMode">;

/** Of activations stored as halves; the stock one would get floats made of them, and make floats. */
export const maxPool = kernel<"x", Attributes>(
  tf.MaxPool,
  ({ inputs: { x }, attrs, runner, stock }) => {
    if (!runner.isHalf(x)) return stock();
    const windows = windowsOf(x, attrs);
    const y = runner.activation([windows.batch, windows.outHeight, windows.outWidth, windows.channels]);
    if (tf.util.sizeFromShape(y.shape) === 0) return y;
    runner.run(maxPoolShader(windows, namesInHalves(runner, { x, y })), [x, y]);
    return y;
  },
  ["x"],
);

/** The stock one gives a gradient to the last of several largest, where other backends take the first. */
export const maxPoolGrad = kernel<"dy" | "input", Attributes>(
  tf.MaxPoolGrad,
  ({ inputs: { dy, input }, attrs, runner, stock }) => {
    if (!isFloat(dy, input)) return stock();
    const dx = runner.activation(input.shape);
    if (input.size === 0) return dx;
    const windows = windowsOf(input, attrs);
    const positions = runner.output(dy.shape, "int32");
    runner.run(largestPositions(windows, namesInHalves(runner, { x: input })), [input, positions]);
    runner.run(maxPoolGradient(windows, namesInHalves(runner, { dy, dx })), [dy, positions, dx]);
    runner.free(positions);
    return dx;
  },
  ["dy", "input"],
);

/** The stock one divides by strides in floats, which is not exact on all devices. */
export const avgPoolGrad = kernel<"dy" | "input", Attributes>(
  tf.AvgPoolGrad,
  ({ inputs: { dy, input }, attrs, runner, stock }) => {
    if (!isFloat(dy)) return stock();
    const dx = runner.activation(input.shape);
    const inHalves = namesInHalves(runner, { dy, dx });
    if (input.size > 0) runner.run(averagePoolGradient(windowsOf(input, attrs), inHalves), [dy, dx]);
    return dx;
  },
  // Of the input only the shape counts.
  ["dy", "input"],
);

function windowsOf({ shape }: tf.Tensor, { filterSize, strides, pad, dimRoundingMode }: Attributes): Windows {
  const images = shape as [number, number, number, number];
  return fromInfo(tf.backend_util.computePool2DInfo(images, filterSize, strides, 1, pad, dimRoundingMode));
}
