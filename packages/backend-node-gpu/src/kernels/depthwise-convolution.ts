import * as tf from "@tensorflow/tfjs-core";
import { padsOf, valid } from "./convolution.js";
import { kernel } from "./kernel.js";
import { inside, padded, paddedShape } from "./pads.js";

type Attributes = Pick<
  tf.DepthwiseConv2dNativeAttrs,
  "strides" | "pad" | "dilations" | "dimRoundingMode" | "dataFormat"
>;

export const depthwiseConv2d = kernel<"x" | "filter", Attributes>(
  tf.DepthwiseConv2dNative,
  ({ inputs: { x, filter }, attrs, stock }) => {
    const pads = padsOf(x.shape, filter.shape, attrs, true);
    const [image, attributes] = pads === undefined ? [x, attrs] : [padded(x, pads), valid(attrs)];
    if (isNative(filter.shape, attributes)) return stock({ x: image, filter }, attributes);
    return convolved(image, filter, attributes);
  },
);

export const depthwiseConv2dBackpropInput = kernel<
  "dy" | "filter",
  Attributes & { readonly inputShape: [number, number, number, number] }
>(tf.DepthwiseConv2dNativeBackpropInput, ({ inputs: { dy, filter }, attrs, stock }) => {
  const { inputShape } = attrs;
  const pads = padsOf(inputShape, filter.shape, attrs, true);
  const attributes =
    pads === undefined ? attrs : { ...valid(attrs), inputShape: paddedShape(inputShape, pads) };
  const dx = isNative(filter.shape, attributes)
    ? stock({ dy, filter }, attributes)
    : tf
        .engine()
        .runKernel<tf.Tensor>(
          tf.Conv2DBackpropInput,
          { dy, filter: dense(filter) },
          { ...attributes, dataFormat: "NHWC" },
        );
  return pads === undefined ? dx : inside(dx, inputShape, pads);
});

export const depthwiseConv2dBackpropFilter = kernel<
  "x" | "dy",
  Attributes & { readonly filterShape: [number, number, number, number] }
>(tf.DepthwiseConv2dNativeBackpropFilter, ({ inputs: { x, dy }, attrs, stock }) => {
  const { filterShape } = attrs;
  const pads = padsOf(x.shape, filterShape, attrs, true);
  const [image, attributes] = pads === undefined ? [x, attrs] : [padded(x, pads), valid(attrs)];
  if (isNative(filterShape, attributes)) return stock({ x: image, dy }, { ...attributes, filterShape });
  const [height, width, channels, multiplier] = filterShape;
  const gradient = tf.engine().runKernel<tf.Tensor>(
    tf.Conv2DBackpropFilter,
    { x: image, dy },
    {
      ...attributes,
      dataFormat: "NHWC",
      filterShape: [height, width, channels, channels * multiplier],
    },
  );
  const all = tf.reshape(gradient, [height, width, channels, channels, multiplier]);
  return tf.sum(tf.mul(all, diagonal(channels)), 2);
});

/** Whether TensorFlow computes it, in both directions: strides alike, no holes, and more channels than one. */
function isNative([, , channels]: readonly number[], { strides, dilations }: Attributes): boolean {
  const [down, across] = [strides].flat();
  return channels > 1 && down === (across ?? down) && [dilations ?? 1].flat().every((hole) => hole === 1);
}

function convolved(
  x: tf.Tensor,
  filter: tf.Tensor,
  { strides, pad, dilations, dimRoundingMode }: Attributes,
): tf.Tensor {
  const attributes = { strides, pad, dilations: dilations ?? 1, dimRoundingMode, dataFormat: "NHWC" };
  return tf.engine().runKernel(tf.Conv2D, { x, filter: dense(filter) }, attributes as tf.NamedAttrMap);
}

/** `[height, width, channels, multiplier]` as the filter of a convolution over all channels, zero between different ones. */
function dense(filter: tf.Tensor): tf.Tensor {
  const [height, width, channels, multiplier] = filter.shape;
  const each = tf.reshape(filter, [height, width, 1, channels, multiplier]);
  return tf.reshape(tf.mul(each, diagonal(channels)), [height, width, channels, channels * multiplier]);
}

/** `[1, 1, channels, channels, 1]`. */
function diagonal(channels: number): tf.Tensor {
  return tf.reshape(tf.eye(channels), [1, 1, channels, channels, 1]);
}
