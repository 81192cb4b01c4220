import * as tf from "@tensorflow/tfjs-core";
import { filterGradient } from "./filter-gradient.js";
import { inputGradient } from "./input-gradient.js";
import { oneDnnConvolution, oneDnnInputGradient } from "./one-dnn-convolution.js";
import { kernel } from "./kernel.js";
import { inside, padded, paddedShape, type Pads } from "./pads.js";

type Attributes = tf.Conv2DAttrs;

/*
 * TensorFlow's convolutions know the paddings SAME and VALID, and on the processor no other in gradients: with any other the
 * image is padded first.
 */

export const conv2d = kernel<"x" | "filter", Attributes>(
  tf.Conv2D,
  ({ inputs: { x, filter }, attrs, backend, stock }) => {
    const byOneDnn = oneDnnConvolution(backend, x, filter, infoOf(x.shape, filter.shape, attrs));
    if (byOneDnn !== undefined) return byOneDnn;
    const pads = padsOf(x.shape, filter.shape, attrs);
    if (pads === undefined) return stock({ x, filter }, attrs);
    return stock({ x: padded(x, pads), filter }, valid(attrs));
  },
);

export const conv2dBackpropInput = kernel<"dy" | "filter", tf.Conv2DBackpropInputAttrs>(
  tf.Conv2DBackpropInput,
  ({ inputs: { dy, filter }, attrs, backend, stock }) => {
    const { inputShape } = attrs;
    const info = infoOf(inputShape, filter.shape, attrs);
    const onProcessor = backend.isUsingGpuDevice
      ? undefined
      : (oneDnnInputGradient(backend, dy, filter, info) ?? inputGradient(backend, dy, filter, info));
    if (onProcessor !== undefined) return onProcessor;
    const pads = padsOf(inputShape, filter.shape, attrs);
    if (pads === undefined) return stock({ dy, filter }, attrs);
    const dx = stock({ dy, filter }, { ...valid(attrs), inputShape: paddedShape(inputShape, pads) });
    return inside(dx, inputShape, pads);
  },
);

export const conv2dBackpropFilter = kernel<"x" | "dy", tf.Conv2DBackpropFilterAttrs>(
  tf.Conv2DBackpropFilter,
  ({ inputs: { x, dy }, attrs, backend, stock }) => {
    const info = infoOf(x.shape, attrs.filterShape, attrs);
    const gradient = backend.isUsingGpuDevice ? undefined : filterGradient(backend, x, dy, info);
    if (gradient !== undefined) return gradient;
    const pads = padsOf(x.shape, attrs.filterShape, attrs);
    if (pads === undefined) return stock({ x, dy }, attrs);
    return stock({ x: padded(x, pads), dy }, valid(attrs));
  },
);

/** The pixels around an image that TensorFlow can't be asked for; undefined where it can. */
export function padsOf(
  x: readonly number[],
  filter: readonly number[],
  attrs: Partial<Attributes>,
  depthwise = false,
): Pads | undefined {
  const { padInfo } = infoOf(x, filter, attrs, depthwise);
  return padInfo.type === "VALID" || padInfo.type === "SAME" ? undefined : padInfo;
}

function infoOf(
  x: readonly number[],
  filter: readonly number[],
  { strides, pad, dataFormat, dilations, dimRoundingMode }: Partial<Attributes>,
  depthwise = false,
): tf.backend_util.Conv2DInfo {
  return tf.backend_util.computeConv2DInfo(
    x as [number, number, number, number],
    filter as [number, number, number, number],
    strides!,
    dilations ?? 1,
    pad!,
    dimRoundingMode,
    depthwise,
    tf.backend_util.convertConv2DDataFormat(dataFormat ?? "NHWC"),
  );
}

export function valid<A extends object>(attrs: A): A & { pad: "valid" } {
  return { ...attrs, pad: "valid", dimRoundingMode: undefined };
}
