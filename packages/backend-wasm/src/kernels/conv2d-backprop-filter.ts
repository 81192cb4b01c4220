import * as tf from "@tensorflow/tfjs-core";
import { kernel } from "./kernel.js";

/** Output pixels whose products are added in one go. */
const PIXELS_AT_ONCE = 2 ** 14;

/**
 * The gradient of a convolution's filter, as a convolution in which the batch plays the channels: images
 * `x: [in, height, width, batch]` under a filter `dy: [outHeight, outWidth, batch, out]`, whose taps lie a stride apart.
 */
export const conv2dBackpropFilter = kernel<"x" | "dy", tf.Conv2DBackpropFilterAttrs>(
  tf.Conv2DBackpropFilter,
  ({ inputs: { x, dy }, attrs, stock }) => {
    const conv = tf.backend_util.computeConv2DInfo(
      // Here and below, of four axes as tfjs's ops have checked.
      x.shape as [number, number, number, number],
      attrs.filterShape,
      attrs.strides,
      1,
      attrs.pad,
      attrs.dimRoundingMode,
      false,
      tf.backend_util.convertConv2DDataFormat(attrs.dataFormat),
    );
    if (conv.dataFormat !== "channelsLast") return stock();
    return tf.tidy(() => (isPointwise(conv) ? pointwise(x as tf.Tensor4D, dy, conv) : swapped(x, dy, conv)));
  },
);

type Conv = tf.backend_util.Conv2DInfo;

function isPointwise({ filterHeight, filterWidth, padInfo }: Conv): boolean {
  const { top, bottom, left, right } = padInfo;
  return filterHeight * filterWidth === 1 && top + bottom + left + right === 0;
}

function pointwise(x: tf.Tensor4D, dy: tf.Tensor, conv: Conv): tf.Tensor {
  const strides: [number, number] = [conv.strideHeight, conv.strideWidth];
  // Pooling one pixel is the fastest stock way to skip pixels.
  const seen = strides[0] * strides[1] === 1 ? x : tf.maxPool(x, 1, strides, "valid");
  const product = tf.matMul(
    tf.reshape(seen, [-1, conv.inChannels]),
    tf.reshape(dy, [-1, conv.outChannels]),
    true,
  );
  return tf.reshape(product, conv.filterShape);
}

/** A part of the batch at a time: shorter sums are more precise, and the transposed copies smaller. */
function swapped(x: tf.Tensor, dy: tf.Tensor, conv: Conv): tf.Tensor {
  const step = Math.max(1, Math.floor(PIXELS_AT_ONCE / (conv.outHeight * conv.outWidth)));
  const parts: tf.Tensor[] = [];
  for (let begin = 0; begin < conv.batchSize; begin += step) {
    const size = Math.min(step, conv.batchSize - begin);
    parts.push(tf.tidy(() => swappedPart(images(x, begin, size), images(dy, begin, size), conv)));
  }
  return tf.transpose(tf.addN(parts), [1, 2, 0, 3]);
}

function images(x: tf.Tensor, begin: number, size: number): tf.Tensor {
  return size === x.shape[0] ? x : tf.slice(x, begin, size);
}

/** `[in, filterHeight, filterWidth, out]` */
function swappedPart(x: tf.Tensor, dy: tf.Tensor, conv: Conv): tf.Tensor {
  const { padInfo, inHeight, inWidth } = conv;
  // The padding after the image is what makes the output as large as the filter; negative where the forward
  // pass never saw the last pixels.
  const bottom = (conv.outHeight - 1) * conv.strideHeight + conv.filterHeight - inHeight - padInfo.top;
  const right = (conv.outWidth - 1) * conv.strideWidth + conv.filterWidth - inWidth - padInfo.left;
  const byChannel = tf.transpose(x, [3, 1, 2, 0]) as tf.Tensor4D;
  const seen =
    bottom < 0 || right < 0
      ? tf.slice(byChannel, 0, [
          conv.inChannels,
          inHeight + Math.min(0, bottom),
          inWidth + Math.min(0, right),
          x.shape[0],
        ])
      : byChannel;
  return tf.conv2d(
    seen,
    tf.transpose(dy, [1, 2, 0, 3]) as tf.Tensor4D,
    1,
    [
      [0, 0],
      [padInfo.top, Math.max(0, bottom)],
      [padInfo.left, Math.max(0, right)],
      [0, 0],
    ],
    "NHWC",
    [conv.strideHeight, conv.strideWidth],
  );
}
