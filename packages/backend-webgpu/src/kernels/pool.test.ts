import { expectClose, expectNoLeak, seededValues } from "@contrastive/testing";
import * as tf from "@tensorflow/tfjs-core";
import { expect, test } from "vitest";
import { counting } from "../../test/counting.js";
import { describeOnGpu } from "../../test/gpu.js";

interface Case {
  readonly x: readonly [number, number, number, number];
  readonly filterSize: [number, number];
  readonly strides: [number, number];
  readonly pad?: "same" | "valid" | number;
}

/** Windows overlap, touch, and leave gaps; channels by four and not. */
const cases: readonly Case[] = [
  { x: [1, 1, 1, 1], filterSize: [1, 1], strides: [1, 1] },
  { x: [0, 4, 4, 3], filterSize: [2, 2], strides: [2, 2] },
  { x: [2, 6, 5, 3], filterSize: [2, 2], strides: [2, 2] },
  { x: [9, 7, 6, 5], filterSize: [3, 3], strides: [2, 2] },
  { x: [2, 7, 9, 16], filterSize: [3, 2], strides: [1, 2], pad: "valid" },
  { x: [1, 8, 8, 17], filterSize: [3, 3], strides: [1, 1] },
  { x: [3, 7, 7, 36], filterSize: [3, 3], strides: [2, 2], pad: 1 },
  { x: [8, 5, 5, 20], filterSize: [2, 2], strides: [3, 3], pad: "valid" },
  { x: [2, 4, 6, 4], filterSize: [4, 6], strides: [1, 1], pad: "valid" },
  { x: [2, 2, 3, 6], filterSize: [5, 5], strides: [1, 2] },
];

describeOnGpu("pooling's gradients", () => {
  test.each(cases)("%j", async ({ x: shape, filterSize, strides, pad = "same" }) => {
    const attrs = { filterSize, strides, pad };
    const pool = tf.backend_util.computePool2DInfo([...shape], filterSize, strides, 1, pad);
    // Few values, so that many are the largest.
    const x = seededValues("x", tf.util.sizeFromShape([...shape])).map((u) => Math.round(4 * u) - 9);
    const dy = seededValues("dy", tf.util.sizeFromShape(pool.outShape));
    const expected = inLoops(pool, x, dy);
    await expectNoLeak(async () => {
      const input = tf.tensor(x, [...shape]);
      const gradient = tf.tensor(dy, pool.outShape);
      const max = counting(() => call(tf.MaxPoolGrad, { dy: gradient, input, output: gradient }, attrs));
      const average = counting(() => call(tf.AvgPoolGrad, { dy: gradient, input }, attrs));
      expect(max.result.shape).toEqual(shape);
      expectClose(await max.result.data(), expected.max, { what: "max" });
      expectClose(await average.result.data(), expected.average, { what: "average" });
      expect([max.dispatches, average.dispatches]).toEqual(x.length === 0 ? [0, 0] : [2, 1]);
      tf.dispose([input, gradient, max.result, average.result]);
    });
  });

  test("windows beside the image", async () => {
    const input = tf.ones([1, 1, 1, 1]);
    const dy = tf.ones([1, 6, 6, 1]);
    const dx = call(tf.MaxPoolGrad, { dy, input, output: dy }, { filterSize: 2, strides: 1, pad: 3 });
    // Of 6 × 6 windows the 4 in the middle meet the one pixel.
    expect([...(await dx.data())]).toEqual([4]);
    tf.dispose([input, dy, dx]);
  });

  test("NaN is never the largest, and gets no gradient", async () => {
    const input = tf.tensor4d([Number.NaN, -2, -3, -3, Number.NaN, Number.NaN], [1, 1, 6, 1]);
    const dy = tf.tensor4d([1, 2, 4], [1, 1, 3, 1]);
    const attrs = { filterSize: [1, 2], strides: [1, 2], pad: "valid" };
    const dx = call(tf.MaxPoolGrad, { dy, input, output: dy }, attrs);
    expect([...(await dx.data())]).toEqual([0, 1, 2, 0, 0, 0]);
    tf.dispose([input, dy, dx]);
  });
});

function call(kernel: string, inputs: tf.NamedTensorMap, attrs: tf.NamedAttrMap): tf.Tensor {
  // The kernels of this file have one output.
  return tf.engine().runKernel(kernel, inputs, attrs) as tf.Tensor;
}

function inLoops(
  pool: tf.backend_util.Conv2DInfo,
  x: Float32Array,
  dy: Float32Array,
): { max: Float64Array; average: Float64Array } {
  const { inHeight, inWidth, outHeight, outWidth, inChannels: channels, padInfo } = pool;
  const [max, average] = [new Float64Array(x.length), new Float64Array(x.length)];
  for (let to = 0; to < dy.length; to++) {
    const pixel = Math.floor(to / channels);
    const inside: number[] = [];
    for (let i = 0; i < pool.filterHeight; i++) {
      for (let j = 0; j < pool.filterWidth; j++) {
        const top = (Math.floor(pixel / outWidth) % outHeight) * pool.strideHeight - padInfo.top + i;
        const left = (pixel % outWidth) * pool.strideWidth - padInfo.left + j;
        if (top < 0 || top >= inHeight || left < 0 || left >= inWidth) continue;
        const image = Math.floor(pixel / outWidth / outHeight);
        inside.push(((image * inHeight + top) * inWidth + left) * channels + (to % channels));
      }
    }
    max[inside.reduce((best, at) => (x[at] > x[best] ? at : best), inside[0])] += dy[to];
    for (const at of inside) average[at] += dy[to] / (pool.filterHeight * pool.filterWidth);
  }
  return { max, average };
}
