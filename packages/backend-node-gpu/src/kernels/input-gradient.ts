import * as tf from "@tensorflow/tfjs-core";
import { execute, type TensorFlowBackend } from "../tensorflow.js";
import { convolutionAttributes, explicitPadding } from "./convolution-attributes.js";

/** One of an image's two directions: sizes of the image, of its gradient and of the filter, pixels between windows and before the image. */
interface Direction {
  readonly size: number;
  readonly outputs: number;
  readonly filter: number;
  readonly stride: number;
  readonly before: number;
}

/** Which neighbours of an output pixel a block of `stride` pixels of the image takes part in, and how the filter is laid out for them. */
interface Reach {
  readonly neighbours: number;
  /** Zeros around the filter, which make it a whole number of blocks. */
  readonly zeros: readonly [number, number];
  /** Zeros around the gradient, so that each block has all neighbours. */
  readonly pads: readonly [number, number];
}

/**
 * The gradient of a convolution without holes, by the image, as a convolution of the output's gradient with the filter turned
 * around: on a processor TensorFlow's convolutions are several times faster than its own operation for this. With a stride, each
 * of the pixels between two windows is a channel of its own, and depth is then turned into space.
 *
 * `dy` is `[batch, h, w, outputs]`, `filter` `[height, width, inputs, outputs]`; undefined with holes, strides that
 * differ, channels first, and where pixels of `dy` would be left out.
 */
export function inputGradient(
  backend: TensorFlowBackend,
  dy: tf.Tensor,
  filter: tf.Tensor,
  info: tf.backend_util.Conv2DInfo,
): tf.Tensor | undefined {
  const { padInfo, inHeight, inWidth, strideHeight, strideWidth } = info;
  const holes = info.dilationHeight * info.dilationWidth > 1;
  if (holes || strideHeight !== strideWidth || info.dataFormat !== "channelsLast") return undefined;
  const whole = (dx: tf.Tensor) => tf.slice4d(dx as tf.Tensor4D, [0, 0, 0, 0], [-1, inHeight, inWidth, -1]);
  if (strideHeight > 1 && info.filterHeight * info.filterWidth === 1 && padInfo.top + padInfo.left === 0) {
    // Only the first of those pixels has a gradient.
    const sizes = { inHeight: info.outHeight, inWidth: info.outWidth, strideHeight: 1, strideWidth: 1 };
    const seen = inputGradient(backend, dy, filter, { ...info, ...sizes });
    return seen && whole(spread(seen, strideHeight));
  }
  const down = reachOf({
    size: inHeight,
    outputs: info.outHeight,
    filter: info.filterHeight,
    stride: strideHeight,
    before: padInfo.top,
  });
  const across = reachOf({
    size: inWidth,
    outputs: info.outWidth,
    filter: info.filterWidth,
    stride: strideWidth,
    before: padInfo.left,
  });
  const pads = [...down.pads, ...across.pads];
  if (pads.some((pixels) => pixels < 0)) return undefined;
  const turned = turnAround(filter, down, across, strideHeight);
  const [blocks] = execute(
    backend,
    "Conv2D",
    { ...convolutionAttributes({ strides: [1, 1], dilations: [1, 1] }), ...explicitPadding(pads) },
    [dy, turned],
  );
  if (strideHeight === 1) return blocks;
  return whole(tf.depthToSpace(blocks as tf.Tensor4D, strideHeight, "NHWC"));
}

/** Pixels with zeros between them. */
function spread(x: tf.Tensor, stride: number): tf.Tensor {
  const [batch, height, width, channels] = x.shape;
  const zeros: [number, number] = [0, stride - 1];
  const apart = tf.pad(tf.reshape(x, [batch * height, 1, width, 1, channels]), [
    [0, 0],
    zeros,
    [0, 0],
    zeros,
    [0, 0],
  ]);
  return tf.reshape(apart, [batch, stride * height, stride * width, channels]);
}

function reachOf({ size, outputs, filter, stride, before }: Direction): Reach {
  const last = Math.floor((before + stride - 1) / stride);
  const first = Math.ceil((before - filter + 1) / stride);
  const neighbours = last - first + 1;
  const front = stride * last - before;
  const blocks = Math.ceil(size / stride);
  return {
    neighbours,
    zeros: [front, stride * neighbours - front - filter],
    pads: [-first, blocks + last - outputs],
  };
}

/** `[height, width, inputs, outputs]` as `[down, across, outputs, stride · stride · inputs]`. */
function turnAround(filter: tf.Tensor, down: Reach, across: Reach, stride: number): tf.Tensor {
  const [, , inputs, outputs] = filter.shape;
  const whole = tf.pad(filter as tf.Tensor4D, [[...down.zeros], [...across.zeros], [0, 0], [0, 0]]);
  const blocks = tf.reshape(whole, [down.neighbours, stride, across.neighbours, stride, inputs, outputs]);
  const turned = tf.transpose(tf.reverse(blocks, [0, 2]), [0, 2, 5, 1, 3, 4]);
  return tf.reshape(turned, [down.neighbours, across.neighbours, outputs, stride * stride * inputs]);
}
