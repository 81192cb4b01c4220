import * as tf from "@tensorflow/tfjs-core";
import { execute } from "../tensorflow.js";
import { kernel } from "./kernel.js";
import { inside, padded, paddedShape, type Pads } from "./pads.js";

type Attributes = tf.MaxPoolGradAttrs;

/*
 * TensorFlow's pools know the paddings SAME and VALID. With any other the image is padded first. So it is for averages with SAME:
 * tfjs's kernel AvgPoolGrad divides by the whole window at the border too, as its caller expects, and TensorFlow's does not.
 */

export const maxPool = kernel<"x", Attributes>(tf.MaxPool, ({ inputs: { x }, attrs, stock }) => {
  const pads = padsOf(x, attrs, "SAME");
  if (pads === undefined) return stock({ x }, attrs);
  return stock({ x: padded(x, pads, -Infinity) }, valid(attrs));
});

export const maxPoolGrad = kernel<"dy" | "input" | "output", Attributes>(
  tf.MaxPoolGrad,
  ({ inputs: { dy, input, output }, attrs, stock }) => {
    const pads = padsOf(input, attrs, "SAME");
    if (pads === undefined) return stock({ dy, input, output }, attrs);
    const dx = stock({ dy, input: padded(input, pads, -Infinity), output }, valid(attrs));
    return inside(dx, input.shape, pads);
  },
);

export const avgPool = kernel<"x", Attributes>(tf.AvgPool, ({ inputs: { x }, attrs, stock }) => {
  const pads = padsOf(x, attrs);
  if (pads === undefined) return stock({ x }, attrs);
  return tf.mul(stock({ x: padded(x, pads) }, valid(attrs)), ofInside(x, pads, attrs));
});

export const avgPoolGrad = kernel<"dy" | "input", Attributes>(
  tf.AvgPoolGrad,
  ({ inputs: { dy, input }, attrs, backend, stock }) => {
    const pads = padsOf(input, attrs);
    if (pads === undefined) return stock({ dy, input }, attrs);
    const [size, steps] = [attrs.filterSize, attrs.strides].map((given) => {
      const [height, width = height] = [given].flat();
      return [1, height, width, 1];
    });
    const [dx] = execute(
      backend,
      "AvgPoolGrad",
      { T: "float32", ksize: size, strides: steps, padding: "VALID", data_format: "NHWC" },
      [tf.tensor1d(paddedShape(input.shape, pads), "int32"), dy],
    );
    return inside(dx, input.shape, pads);
  },
);

/** What a window's mean over all of its pixels becomes as one over those inside the image: `[1, height, width, 1]`. */
function ofInside({ shape }: tf.Tensor, pads: Pads, { filterSize, strides }: Attributes): tf.Tensor {
  const [, height, width] = shape;
  const ones = padded(tf.ones([1, height, width, 1]), pads);
  const attributes = { filterSize, strides, pad: "valid" };
  return tf.div(1, tf.engine().runKernel<tf.Tensor>(tf.AvgPool, { x: ones }, attributes));
}

/** The pixels around an image that TensorFlow is not asked for; undefined where it is: with VALID, and `also`. */
function padsOf(
  { shape }: tf.Tensor,
  { filterSize, strides, pad, dimRoundingMode }: Attributes,
  also?: "SAME",
): Pads | undefined {
  const { padInfo } = tf.backend_util.computePool2DInfo(
    shape as [number, number, number, number],
    filterSize,
    strides,
    1,
    pad,
    dimRoundingMode,
  );
  return padInfo.type === "VALID" || padInfo.type === also ? undefined : padInfo;
}

function valid(attrs: Attributes): Attributes {
  return { ...attrs, pad: "valid", dimRoundingMode: undefined };
}
