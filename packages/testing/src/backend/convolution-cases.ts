import * as tf from "@tensorflow/tfjs-core";
import { type OpCase, sizeOf } from "./case.js";
import { forEachWindow, outputShape, type Window } from "./window.js";

interface Convolution extends Window {
  readonly name: string;
  /** `[batch, height, width, channels]` */
  readonly x: readonly [number, number, number, number];
  /** `[height, width, in, out]`; depthwise, the last is the multiplier. */
  readonly filter: readonly [number, number, number, number];
}

const one = { stride: [1, 1], dilation: [1, 1] } as const;
const two = { stride: [2, 2], dilation: [1, 1] } as const;
const around = (top: number, bottom: number, left: number, right: number) =>
  [
    [top, bottom],
    [left, right],
  ] as const;

/** Every kind of padding and stride, odd sizes, one channel, filters smaller than the stride. */
const geometries: readonly Convolution[] = [
  { name: "3x3 same", x: [2, 6, 5, 3], filter: [3, 3, 3, 4], ...one, pad: "same" },
  { name: "3x3 valid", x: [2, 6, 5, 3], filter: [3, 3, 3, 4], ...one, pad: "valid" },
  { name: "3x3 explicit", x: [2, 5, 6, 2], filter: [3, 3, 2, 3], ...one, pad: around(0, 2, 1, 0) },
  { name: "3x3 stride 2 same, even", x: [2, 6, 6, 3], filter: [3, 3, 3, 4], ...two, pad: "same" },
  { name: "3x3 stride 2 same, odd", x: [2, 7, 5, 3], filter: [3, 3, 3, 4], ...two, pad: "same" },
  {
    name: "3x3 stride 2 valid, pixels left over",
    x: [2, 8, 6, 3],
    filter: [3, 3, 3, 2],
    ...two,
    pad: "valid",
  },
  {
    name: "3x3 stride 2 padded by 1",
    x: [2, 6, 7, 2],
    filter: [3, 3, 2, 3],
    ...two,
    pad: around(1, 1, 1, 1),
  },
  {
    name: "7x7 stride 2 padded by 3",
    x: [1, 9, 8, 2],
    filter: [7, 7, 2, 2],
    ...two,
    pad: around(3, 3, 3, 3),
  },
  { name: "2x2 stride 2", x: [3, 6, 4, 2], filter: [2, 2, 2, 3], ...two, pad: "valid" },
  {
    name: "4x4 stride 4",
    x: [1, 8, 8, 2],
    filter: [4, 4, 2, 3],
    stride: [4, 4],
    dilation: [1, 1],
    pad: "valid",
  },
  {
    name: "8x8 stride 8",
    x: [1, 16, 8, 1],
    filter: [8, 8, 1, 2],
    stride: [8, 8],
    dilation: [1, 1],
    pad: "valid",
  },
  {
    name: "3x2 strides 1 and 3",
    x: [2, 5, 7, 2],
    filter: [3, 2, 2, 2],
    stride: [1, 3],
    dilation: [1, 1],
    pad: "same",
  },
  { name: "1x1", x: [2, 5, 4, 3], filter: [1, 1, 3, 5], ...one, pad: "same" },
  { name: "1x1 stride 2, even", x: [2, 6, 6, 3], filter: [1, 1, 3, 5], ...two, pad: "same" },
  { name: "1x1 stride 2, odd", x: [2, 5, 7, 3], filter: [1, 1, 3, 2], ...two, pad: "valid" },
  { name: "1x1 padded", x: [1, 3, 3, 2], filter: [1, 1, 2, 2], ...one, pad: around(1, 0, 0, 1) },
  { name: "one channel to one", x: [3, 5, 5, 1], filter: [3, 3, 1, 1], ...one, pad: "same" },
  { name: "one pixel", x: [2, 1, 1, 3], filter: [3, 3, 3, 2], ...one, pad: "same" },
  {
    name: "padded by more than the filter",
    x: [1, 3, 3, 1],
    filter: [2, 2, 1, 2],
    ...two,
    pad: around(3, 3, 3, 3),
  },
];

const dilated: readonly Convolution[] = [
  {
    name: "3x3 dilation 2 same",
    x: [2, 7, 6, 3],
    filter: [3, 3, 3, 2],
    stride: [1, 1],
    dilation: [2, 2],
    pad: "same",
  },
  {
    name: "3x2 dilations 2 and 3",
    x: [1, 7, 8, 2],
    filter: [3, 2, 2, 2],
    stride: [1, 1],
    dilation: [2, 3],
    pad: "valid",
  },
];

/** Depthwise: channels with several outputs each, and more of them than a vector holds. */
const multiplied: readonly Convolution[] = [
  { name: "3x3, 2 a channel", x: [2, 6, 5, 3], filter: [3, 3, 3, 2], ...one, pad: "same" },
  { name: "3x3 stride 2, 3 a channel", x: [1, 7, 6, 5], filter: [3, 3, 5, 3], ...two, pad: "valid" },
  { name: "one channel to 8", x: [2, 5, 5, 1], filter: [3, 3, 1, 8], ...one, pad: around(1, 0, 0, 2) },
  { name: "17 channels", x: [2, 5, 4, 17], filter: [3, 3, 17, 1], ...one, pad: "same" },
];

/** Convolutions and depthwise convolutions. tfjs does not differentiate dilated ones. */
export const convolutionCases: readonly OpCase[] = [
  ...geometries.flatMap((geometry) => [convolution(geometry), depthwise(geometry)]),
  ...multiplied.map(depthwise),
  ...dilated.flatMap((geometry) => [
    { ...convolution(geometry), differentiable: false },
    { ...depthwise(geometry), differentiable: false },
  ]),
];

function convolution(geometry: Convolution): OpCase {
  const { name, x, filter, stride, dilation } = geometry;
  const [, , channels, outChannels] = filter;
  return {
    name: `conv2d ${name}`,
    inputs: [x, filter],
    compute: (images, weights) =>
      tf.conv2d(images as tf.Tensor4D, weights as tf.Tensor4D, [...stride], tfPad(geometry), "NHWC", [
        ...dilation,
      ]),
    reference: (images, weights) => {
      const output = new Float64Array(sizeOf(outputShape(x, filter, geometry)) * outChannels);
      forEachWindow(x, filter, geometry, (pixel, tap, to) => {
        for (let c = 0; c < channels; c++) {
          for (let o = 0; o < outChannels; o++) {
            output[to * outChannels + o] +=
              images[pixel * channels + c] * weights[(tap * channels + c) * outChannels + o];
          }
        }
      });
      return output;
    },
  };
}

function depthwise(geometry: Convolution): OpCase {
  const { name, x, filter, stride, dilation } = geometry;
  const [, , channels, multiplier] = filter;
  return {
    name: `depthwiseConv2d ${name}`,
    inputs: [x, filter],
    compute: (images, weights) =>
      tf.depthwiseConv2d(
        images as tf.Tensor4D,
        weights as tf.Tensor4D,
        [...stride],
        tfPad(geometry),
        "NHWC",
        [...dilation],
      ),
    reference: (images, weights) => {
      const output = new Float64Array(sizeOf(outputShape(x, filter, geometry)) * channels * multiplier);
      forEachWindow(x, filter, geometry, (pixel, tap, to) => {
        for (let c = 0; c < channels; c++) {
          for (let m = 0; m < multiplier; m++) {
            output[(to * channels + c) * multiplier + m] +=
              images[pixel * channels + c] * weights[(tap * channels + c) * multiplier + m];
          }
        }
      });
      return output;
    },
  };
}

function tfPad({ pad }: Window): "same" | "valid" | [[0, 0], [number, number], [number, number], [0, 0]] {
  if (pad === "same" || pad === "valid") return pad;
  return [[0, 0], [...pad[0]], [...pad[1]], [0, 0]];
}
