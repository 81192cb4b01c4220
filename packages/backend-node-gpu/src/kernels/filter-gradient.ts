import * as tf from "@tensorflow/tfjs-core";
import { execute, type TensorFlowBackend } from "../tensorflow.js";
import { convolutionAttributes, explicitPadding } from "./convolution-attributes.js";

/** Channels of the image that make it worth while, as measured: fewer are too few images for TensorFlow's products. */
const LEAST_INPUTS = 128;

/**
 * The gradient of a convolution by its filter as a convolution itself, with the parts changed: images are channels, channels
 * images, and the output's gradient is the filter, as far apart in the image as the windows were. On a processor TensorFlow's
 * convolutions are faster than its own operation for this.
 *
 * `x` is `[batch, height, width, inputs]`, `dy` `[batch, h, w, outputs]`; undefined where it would not be faster, with
 * channels first, and where pixels of the image are in no window.
 */
export function filterGradient(
  backend: TensorFlowBackend,
  x: tf.Tensor,
  dy: tf.Tensor,
  info: tf.backend_util.Conv2DInfo,
): tf.Tensor | undefined {
  const { padInfo, strideHeight, strideWidth, dilationHeight, dilationWidth } = info;
  const isSlower = info.inChannels < LEAST_INPUTS || info.filterHeight * info.filterWidth === 1;
  if (isSlower || info.dataFormat !== "channelsLast") return undefined;
  // Of the last window to the image's end: so that there are as many places for `dy` as the filter has.
  const down = (info.outHeight - 1) * strideHeight + (info.filterHeight - 1) * dilationHeight + 1;
  const across = (info.outWidth - 1) * strideWidth + (info.filterWidth - 1) * dilationWidth + 1;
  const pads = [
    padInfo.top,
    down - info.inHeight - padInfo.top,
    padInfo.left,
    across - info.inWidth - padInfo.left,
  ];
  if (pads.some((pixels) => pixels < 0)) return undefined;
  const [gradient] = execute(
    backend,
    "Conv2D",
    {
      ...convolutionAttributes({
        strides: [dilationHeight, dilationWidth],
        dilations: [strideHeight, strideWidth],
      }),
      ...explicitPadding(pads),
    },
    [tf.transpose(x, [3, 1, 2, 0]), tf.transpose(dy, [1, 2, 0, 3])],
  );
  return tf.transpose(gradient, [1, 2, 0, 3]);
}
