import { expectClose, expectNoLeak, seededValues } from "@contrastive/testing";
import * as tf from "@tensorflow/tfjs-core";
import { expect, test } from "vitest";
import { counting } from "../../test/counting.js";
import { describeOnGpu } from "../../test/gpu.js";

interface Case {
  readonly x: readonly [number, number, number, number];
  /** Height, width, channels, multiplier. */
  readonly filter: readonly [number, number, number, number];
  readonly strides?: readonly [number, number];
  readonly dilations?: readonly [number, number];
  readonly pad?: "same" | "valid" | readonly [top: number, bottom: number, left: number, right: number];
}

/** Channels by four and not; several splits of several rounds; borders wider than the image. */
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

describeOnGpu("gradients of depthwise convolutions", () => {
  test.each(cases)("%j", async (one) => {
    const { x: xShape, filter: filterShape } = one;
    const attrs = attributesOf(one);
    const conv = tf.backend_util.computeConv2DInfo(
      [...xShape],
      [...filterShape],
      attrs.strides,
      attrs.dilations,
      attrs.pad,
      undefined,
      true,
    );
    const sizes = [xShape, filterShape, conv.outShape].map((shape) => tf.util.sizeFromShape([...shape]));
    const [x, filter, dy] = ["x", "filter", "dy"].map((name, i) => seededValues(name, sizes[i]));
    const expected = inLoops(conv, x, filter, dy);
    await expectNoLeak(async () => {
      const buffers = tf.backend().numDataIds();
      const inputs = {
        x: tf.tensor(x, [...xShape]),
        filter: tf.tensor(filter, [...filterShape]),
        dy: tf.tensor(dy, conv.outShape),
      };
      const run = () => ({
        dx: call(
          tf.DepthwiseConv2dNativeBackpropInput,
          { dy: inputs.dy, filter: inputs.filter },
          { ...attrs, inputShape: [...xShape] },
        ),
        dFilter: call(
          tf.DepthwiseConv2dNativeBackpropFilter,
          { x: inputs.x, dy: inputs.dy },
          { ...attrs, filterShape: [...filterShape] },
        ),
      });
      const first = counting(run);
      const { dx, dFilter } = first.result;
      expect(first.dispatches).toBe(x.length === 0 ? 1 : 3);
      expect([dx.shape, dFilter.shape]).toEqual([xShape, filterShape]);
      expectClose(await dx.data(), expected.dx, { what: "dx" });
      expectClose(await dFilter.data(), expected.dFilter, { what: "dFilter" });
      const again = run();
      expect(await again.dFilter.data(), "the second time").toEqual(await dFilter.data());
      tf.dispose([inputs, first.result, again]);
      expect(tf.backend().numDataIds()).toBe(buffers);
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
): Readonly<Record<"dx" | "dFilter", Float64Array>> {
  const { inHeight, inWidth, inChannels, outHeight, outWidth, outChannels, padInfo } = conv;
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
        dx[from] += dy[to] * filter[tap];
        dFilter[tap] += dy[to] * x[from];
      }
    }
  }
  return { dx, dFilter };
}
