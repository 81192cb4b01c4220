import * as tf from "@tensorflow/tfjs-core";
import {
  averagePoolGradient,
  largestPositions,
  maxPoolGradient,
  type Pooling,
} from "../shaders/pool-gradient.js";
import { isFloat, kernel } from "./kernel.js";

type Attributes = Pick<tf.MaxPoolGradAttrs, "filterSize" | "strides" | "pad" | "dimRoundingMode">;

/** The stock one gives a gradient to the last of several largest, where other backends take the first. */
export const maxPoolGrad = kernel<"dy" | "input", Attributes>(
  tf.MaxPoolGrad,
  ({ inputs: { dy, input }, attrs, runner, stock }) => {
    if (!isFloat(dy, input)) return stock();
    const dx = runner.output(input.shape);
    if (input.size === 0) return dx;
    const pooling = poolingOf(input, attrs);
    const positions = runner.output(dy.shape, "int32");
    runner.run(largestPositions(pooling), [input, positions]);
    runner.run(maxPoolGradient(pooling), [dy, positions, dx]);
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
    if (input.size > 0) runner.run(averagePoolGradient(poolingOf(input, attrs)), [dy, dx]);
    return dx;
  },
);

function poolingOf({ shape }: tf.Tensor, { filterSize, strides, pad, dimRoundingMode }: Attributes): Pooling {
  const pool = tf.backend_util.computePool2DInfo(
    shape as [number, number, number, number],
    filterSize,
    strides,
    1,
    pad,
    dimRoundingMode,
  );
  const { inHeight, inWidth, outHeight, outWidth, filterHeight, filterWidth, strideHeight, strideWidth } =
    pool;
  return {
    batch: pool.batchSize,
    channels: pool.inChannels,
    inHeight,
    inWidth,
    outHeight,
    outWidth,
    filterHeight,
    filterWidth,
    strideHeight,
    strideWidth,
    padTop: pool.padInfo.top,
    padLeft: pool.padInfo.left,
  };
}
