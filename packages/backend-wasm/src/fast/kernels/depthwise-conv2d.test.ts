import * as tf from "@tensorflow/tfjs-core";
import { expectClose, expectNoLeak, seededValues } from "@contrastive/testing";
import { beforeAll, describe, expect, test } from "vitest";
import { depthwiseInfo } from "../../kernels/depthwise.js";
import { wasm } from "../../wasm.js";

interface Case {
  readonly x: readonly [number, number, number, number];
  /** Height, width, channels, multiplier. */
  readonly filter: readonly [number, number, number, number];
  readonly strides?: readonly [number, number];
  readonly dilations?: readonly [number, number];
  readonly pad?: "same" | "valid" | readonly [top: number, bottom: number, left: number, right: number];
}

/** Channels around blocks of 16 and vectors of 4; several tasks; borders wider than the image. */
const cases: readonly Case[] = [
  { x: [1, 1, 1, 1], filter: [1, 1, 1, 1] },
  { x: [0, 5, 5, 3], filter: [3, 3, 3, 1] },
  { x: [2, 7, 5, 3], filter: [3, 3, 3, 1] },
  { x: [2, 6, 9, 4], filter: [3, 3, 4, 1], strides: [2, 2] },
  { x: [1, 9, 8, 17], filter: [5, 3, 17, 1], strides: [2, 3], pad: "valid" },
  { x: [3, 8, 8, 16], filter: [3, 3, 16, 1], dilations: [2, 3] },
  { x: [2, 11, 9, 15], filter: [3, 2, 15, 1], dilations: [3, 1], pad: "valid" },
  { x: [2, 5, 6, 35], filter: [7, 7, 35, 1] },
  { x: [1, 3, 2, 20], filter: [5, 5, 20, 1], pad: [2, 4, 3, 1] },
  { x: [2, 7, 7, 5], filter: [2, 2, 5, 1], strides: [3, 3], pad: [1, 0, 0, 2] },
  { x: [2, 4, 4, 3], filter: [2, 2, 3, 1], strides: [5, 5] },
  { x: [2, 6, 5, 3], filter: [3, 3, 3, 2] },
  { x: [2, 6, 5, 7], filter: [3, 3, 7, 3], strides: [2, 1], pad: "valid" },
  { x: [2, 5, 5, 1], filter: [3, 3, 1, 8], dilations: [2, 2] },
  { x: [1, 4, 7, 5], filter: [3, 3, 5, 5], strides: [2, 2], pad: [1, 1, 1, 1] },
  { x: [9, 16, 15, 33], filter: [3, 3, 33, 1] },
  { x: [5, 19, 20, 32], filter: [3, 3, 32, 2], strides: [2, 2] },
];

describe.each([true, false])("depthwise convolution, relaxed SIMD %s", (relaxedSimd) => {
  beforeAll(async () => void (await wasm({ relaxedSimd }).init()));

  test.each(cases)("%j", async (one) => {
    const { x: xShape, filter: filterShape } = one;
    const attrs = attributesOf(one);
    const conv = depthwiseInfo(xShape, filterShape, attrs);
    const sizes = [xShape, filterShape, conv.outShape].map((shape) => tf.util.sizeFromShape([...shape]));
    const [x, filter, dy] = ["x", "filter", "dy"].map((name, i) => seededValues(name, sizes[i]));
    const expected = inLoops(conv, x, filter, dy);
    await expectNoLeak(() =>
      tf.tidy(() => {
        const tensors = {
          x: tf.tensor(x, [...xShape]),
          filter: tf.tensor(filter, [...filterShape]),
          dy: tf.tensor(dy, conv.outShape),
        };
        const y = call(tf.DepthwiseConv2dNative, { x: tensors.x, filter: tensors.filter }, attrs);
        expect(y.shape).toEqual(conv.outShape);
        expectClose(y.dataSync(), expected.y, { what: "y" });
        const dx = call(
          tf.DepthwiseConv2dNativeBackpropInput,
          { dy: tensors.dy, filter: tensors.filter },
          { ...attrs, inputShape: [...xShape] },
        );
        expect(dx.shape).toEqual(xShape);
        expectClose(dx.dataSync(), expected.dx, { what: "dx" });
        const dFilter = call(
          tf.DepthwiseConv2dNativeBackpropFilter,
          { x: tensors.x, dy: tensors.dy },
          { ...attrs, filterShape: [...filterShape] },
        );
        expect(dFilter.shape).toEqual(filterShape);
        expectClose(dFilter.dataSync(), expected.dFilter, { what: "dFilter" });
      }),
    );
  });

  test("what lies beside the image is not zero times infinity", () => {
    tf.tidy(() => {
      const x = tf.ones<tf.Rank.R4>([1, 3, 3, 4]);
      const filter = tf.mul<tf.Tensor4D>(tf.ones([3, 3, 4, 1]), Infinity);
      expect(new Set(tf.depthwiseConv2d(x, filter, 1, "same").dataSync())).toEqual(new Set([Infinity]));
    });
  });

  test("NaN goes where it is met", () => {
    tf.tidy(() => {
      const x = tf.tensor4d([Number.NaN, 1, 1, 1], [1, 1, 4, 1]);
      const y = tf.depthwiseConv2d(x, tf.ones<tf.Rank.R4>([1, 3, 1, 1]), 1, "same");
      expect([...y.dataSync()]).toEqual([Number.NaN, Number.NaN, 3, 2]);
    });
  });
});

function call(kernel: string, inputs: tf.NamedTensorMap, attrs: object): tf.Tensor {
  // The kernels of this file have one output.
  return tf.engine().runKernel(kernel, inputs, attrs as tf.NamedAttrMap) as tf.Tensor;
}

function attributesOf({ strides = [1, 1], dilations = [1, 1], pad = "same" }: Case) {
  return {
    strides: [...strides] as [number, number],
    dilations: [...dilations] as [number, number],
    pad: typeof pad === "string" ? pad : around(...pad),
  };
}

function around(top: number, bottom: number, left: number, right: number): tf.backend_util.ExplicitPadding {
  return [
    [0, 0],
    [top, bottom],
    [left, right],
    [0, 0],
  ];
}

function inLoops(
  conv: tf.backend_util.Conv2DInfo,
  x: Float32Array,
  filter: Float32Array,
  dy: Float32Array,
): Readonly<Record<"y" | "dx" | "dFilter", Float64Array>> {
  const { inHeight, inWidth, inChannels, outHeight, outWidth, outChannels, padInfo } = conv;
  const y = new Float64Array(dy.length);
  const dx = new Float64Array(x.length);
  const dFilter = new Float64Array(filter.length);
  for (let to = 0; to < dy.length; to++) {
    const channel = to % outChannels;
    const pixel = Math.floor(to / outChannels);
    const column = pixel % outWidth;
    const row = Math.floor(pixel / outWidth) % outHeight;
    const image = Math.floor(pixel / outWidth / outHeight);
    for (let i = 0; i < conv.filterHeight; i++) {
      for (let j = 0; j < conv.filterWidth; j++) {
        const top = row * conv.strideHeight - padInfo.top + i * conv.dilationHeight;
        const left = column * conv.strideWidth - padInfo.left + j * conv.dilationWidth;
        if (top < 0 || top >= inHeight || left < 0 || left >= inWidth) continue;
        const from =
          ((image * inHeight + top) * inWidth + left) * inChannels +
          Math.floor((channel * inChannels) / outChannels);
        const tap = (i * conv.filterWidth + j) * outChannels + channel;
        y[to] += x[from] * filter[tap];
        dx[from] += dy[to] * filter[tap];
        dFilter[tap] += dy[to] * x[from];
      }
    }
  }
  return { y, dx, dFilter };
}
