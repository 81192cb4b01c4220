import * as tf from "@tensorflow/tfjs-core";
import { averagePoolGradient, largestPositions, maxPoolGradient } from "../shaders/pool-gradient.js";
import type { Windows } from "../shaders/windows.js";
import { isFloat, kernel } from "./kernel.js";
import { fromInfo } from "./windows.js";

type Attributes = Pick<tf.MaxPoolGradAttrs, "filterSize" | "strides" | "pad" | "dimRoundingMode">;

/** The stock one gives a gradient to the last of several largest, where other backends take the first. */
export const maxPoolGrad = kernel<"dy" | "input", Attributes>(
  tf.MaxPoolGrad,
  ({ inputs: { dy, input }, attrs, runner, stock }) => {
    if (!isFloat(dy, input)) return stock();
    const dx = runner.output(input.shape);
    if (input.size === 0) return dx;
    const windows = windowsOf(input, attrs);
    const positions = runner.output(dy.shape, "int32");
    runner.run(largestPositions(windows), [input, positions]);
    runner.run(maxPoolGradient(windows), [dy, positions, dx]);
    runner.free(positions);
    return dx;
  },
);

/** The stock one divides by strides in floats, which is not exact on all devices. */
export const avgPoolGrad = kernel<"dy" | "input", Attributes>(
  tf.AvgPoolGrad,
  ({ inputs: { dy, input }, attrs, runner, stock }) => {
    if (!isFloat(dy)) return stock();
    const dx = runner.output(input.shape);
    if (input.size > 0) runner.run(averagePoolGradient(windowsOf(input, attrs)), [dy, dx]);
    return dx;
  },
);

function windowsOf({ shape }: tf.Tensor, { filterSize, strides, pad, dimRoundingMode }: Attributes): Windows {
  const images = shape as [number, number, number, number];
  return fromInfo(tf.backend_util.computePool2DInfo(images, filterSize, strides, 1, pad, dimRoundingMode));
}
