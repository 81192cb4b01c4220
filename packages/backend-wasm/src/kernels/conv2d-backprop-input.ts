import * as tf from "@tensorflow/tfjs-core";
import { kernel } from "./kernel.js";

/**
 * The gradient of a convolution's input, as one stride-1 convolution of `dy` for each residue of the pixel modulo the
 * stride: pixels of one residue meet the same taps of the filter. With stride 1 it is the convolution with the
 * flipped, transposed filter.
 */
export const conv2dBackpropInput = kernel<"dy" | "filter", tf.Conv2DBackpropInputAttrs>(
  tf.Conv2DBackpropInput,
  ({ inputs: { dy, filter }, attrs, stock }) => {
    const conv = tf.backend_util.computeConv2DInfo(
      attrs.inputShape,
      // Here and below, of four axes as tfjs's ops have checked.
      filter.shape as [number, number, number, number],
      attrs.strides,
      1,
      attrs.pad,
      attrs.dimRoundingMode,
      false,
      tf.backend_util.convertConv2DDataFormat(attrs.dataFormat),
    );
    const { strideHeight, strideWidth } = conv;
    // Beyond that the convolutions are too many and too small.
    if (conv.dataFormat !== "channelsLast" || strideHeight * strideWidth > 16) return stock();
    return tf.tidy(() => {
      const taps = tf.unstack(
        tf.reshape(filter, [conv.filterHeight * conv.filterWidth, conv.inChannels, conv.outChannels]),
      );
      const parts: tf.Tensor[] = [];
      for (let y = 0; y < strideHeight; y++) {
        for (let x = 0; x < strideWidth; x++) {
          const rows = alongAxis(
            y,
            strideHeight,
            conv.filterHeight,
            conv.padInfo.top,
            conv.inHeight,
            conv.outHeight,
          );
          const columns = alongAxis(
            x,
            strideWidth,
            conv.filterWidth,
            conv.padInfo.left,
            conv.inWidth,
            conv.outWidth,
          );
          parts.push(residue(dy as tf.Tensor4D, taps, conv, rows, columns));
        }
      }
      return interleave(parts, conv);
    });
  },
);

type Conv = tf.backend_util.Conv2DInfo;

interface Axis {
  /** How many pixels have the residue, rounded up. */
  readonly size: number;
  /** The filter's taps that meet them, last first. */
  readonly taps: readonly number[];
  readonly padBefore: number;
  readonly padAfter: number;
  /** The part of `dy` that is met. */
  readonly begin: number;
  readonly length: number;
}

/** Pixel `stride * u + offset` meets output `u + shift - a` under tap `stride * a + first`. */
function alongAxis(
  offset: number,
  stride: number,
  filterSize: number,
  pad: number,
  inSize: number,
  outSize: number,
): Axis {
  const first = (offset + pad) % stride;
  const shift = Math.floor((offset + pad) / stride);
  const count = Math.max(0, Math.ceil((filterSize - first) / stride));
  const size = Math.ceil(inSize / stride);
  const before = count - 1 - shift;
  const after = size - 1 + shift - (outSize - 1);
  return {
    size,
    taps: Array.from({ length: count }, (_, i) => stride * (count - 1 - i) + first),
    padBefore: Math.max(0, before),
    padAfter: Math.max(0, after),
    begin: Math.max(0, -before),
    length: outSize - Math.max(0, -before) - Math.max(0, -after),
  };
}

function residue(
  dy: tf.Tensor4D,
  taps: readonly tf.Tensor[],
  conv: Conv,
  rows: Axis,
  columns: Axis,
): tf.Tensor {
  const { batchSize, inChannels, outChannels, filterWidth } = conv;
  const count = rows.taps.length * columns.taps.length;
  if (count === 0 || rows.length <= 0 || columns.length <= 0) {
    return tf.zeros([batchSize, rows.size, columns.size, inChannels]);
  }
  const met = rows.taps.flatMap((row) => columns.taps.map((column) => taps[row * filterWidth + column]));
  const filter = tf.reshape(tf.transpose(tf.stack(met), [0, 2, 1]), [
    rows.taps.length,
    columns.taps.length,
    outChannels,
    inChannels,
  ]) as tf.Tensor4D;
  const whole = rows.length === conv.outHeight && columns.length === conv.outWidth;
  const seen = whole
    ? dy
    : tf.slice(dy, [0, rows.begin, columns.begin, 0], [batchSize, rows.length, columns.length, outChannels]);
  return tf.conv2d(seen, filter, 1, [
    [0, 0],
    [rows.padBefore, rows.padAfter],
    [columns.padBefore, columns.padAfter],
    [0, 0],
  ]);
}

/** Puts the pixels of each residue in their places. */
function interleave(parts: readonly tf.Tensor[], conv: Conv): tf.Tensor {
  if (parts.length === 1) return parts[0];
  const { batchSize, strideHeight, strideWidth, inChannels, inHeight, inWidth } = conv;
  const [, rows, columns] = parts[0].shape;
  // In two steps of at most four axes: stock transposes of more are slow.
  const byRow = tf.transpose(
    tf.reshape(tf.stack([...parts]), [strideHeight, strideWidth, batchSize * rows * columns, inChannels]),
    [0, 2, 1, 3],
  );
  const pixels = tf.transpose(
    tf.reshape(byRow, [strideHeight, batchSize * rows, columns * strideWidth * inChannels]),
    [1, 0, 2],
  );
  const whole = tf.reshape(pixels, [batchSize, rows * strideHeight, columns * strideWidth, inChannels]);
  if (rows * strideHeight === inHeight && columns * strideWidth === inWidth) return whole;
  return tf.slice(whole, [0, 0, 0, 0], [batchSize, inHeight, inWidth, inChannels]);
}
