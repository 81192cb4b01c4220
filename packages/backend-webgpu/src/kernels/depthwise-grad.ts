import * as tf from "@tensorflow/tfjs-core";
import { depthwiseFilterGradient, depthwiseInputGradient } from "../shaders/depthwise-gradient.js";
import { progression } from "../shaders/progression.js";
import type { Windows } from "../shaders/windows.js";
import { isFloat, kernel } from "./kernel.js";
import { fromInfo } from "./windows.js";

type Shape4D = [number, number, number, number];
type Attributes = Pick<tf.DepthwiseConv2dNativeAttrs, "strides" | "dilations" | "pad" | "dimRoundingMode">;

export const depthwiseInputGrad = kernel<"dy" | "filter", Attributes & { inputShape: Shape4D }>(
  tf.DepthwiseConv2dNativeBackpropInput,
  ({ inputs: { dy, filter }, attrs, runner, stock }) => {
    if (!isFloat(dy, filter)) return stock();
    const dx = runner.output(attrs.inputShape);
    if (attrs.inputShape.includes(0)) return dx;
    const { windows, multiplier } = depthwise(attrs.inputShape, filter.shape as Shape4D, attrs);
    runner.run(depthwiseInputGradient(windows, multiplier), [dy, filter, dx]);
    return dx;
  },
);

/** The stock one forgets the dilation, and walks over all images in one thread for each weight. */
export const depthwiseFilterGrad = kernel<"x" | "dy", Attributes & { filterShape: Shape4D }>(
  tf.DepthwiseConv2dNativeBackpropFilter,
  ({ inputs: { x, dy }, attrs, runner, stock }) => {
    if (!isFloat(x, dy)) return stock();
    const dFilter = runner.output(attrs.filterShape);
    const size = tf.util.sizeFromShape(attrs.filterShape);
    if (size === 0) return dFilter;
    if (dy.size === 0) {
      runner.run(progression("float32", size, { start: 0, step: 0 }), [dFilter]);
      return dFilter;
    }
    const { windows, multiplier } = depthwise(x.shape as Shape4D, attrs.filterShape, attrs);
    const { partsShape, ofParts, sum } = depthwiseFilterGradient(windows, multiplier);
    const parts = runner.output(partsShape);
    runner.run(ofParts, [dy, x, parts]);
    runner.run(sum, [parts, dFilter]);
    runner.free(parts);
    return dFilter;
  },
);

function depthwise(
  input: Shape4D,
  filter: Shape4D,
  { strides, dilations, pad, dimRoundingMode }: Attributes,
): { windows: Windows; multiplier: number } {
  const info = tf.backend_util.computeConv2DInfo(
    input,
    filter,
    strides,
    dilations,
    pad,
    dimRoundingMode,
    true,
  );
  return { windows: fromInfo(info), multiplier: filter[3] };
}
