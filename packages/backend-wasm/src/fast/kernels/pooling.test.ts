import * as tf from "@tensorflow/tfjs-core";
import { expectClose, expectNoLeak, seededValues } from "@contrastive/testing";
import { beforeAll, describe, expect, test } from "vitest";
import { wasm } from "../../wasm.js";

interface Case {
  readonly x: readonly [number, number, number, number];
  readonly filterSize: [number, number];
  readonly strides: [number, number];
  readonly pad?: "same" | "valid" | number;
}

/** Tasks are images, or 16 channels of few; windows overlap, touch, and leave gaps. */
const cases: readonly Case[] = [
  { x: [1, 1, 1, 1], filterSize: [1, 1], strides: [1, 1] },
  { x: [0, 4, 4, 3], filterSize: [2, 2], strides: [2, 2] },
  { x: [2, 6, 5, 3], filterSize: [2, 2], strides: [2, 2] },
  { x: [9, 7, 6, 5], filterSize: [3, 3], strides: [2, 2] },
  { x: [2, 7, 9, 16], filterSize: [3, 2], strides: [1, 2], pad: "valid" },
  { x: [1, 8, 8, 17], filterSize: [3, 3], strides: [1, 1] },
  { x: [3, 7, 7, 35], filterSize: [3, 3], strides: [2, 2], pad: 1 },
  { x: [8, 5, 5, 20], filterSize: [2, 2], strides: [3, 3], pad: "valid" },
  { x: [2, 4, 6, 4], filterSize: [4, 6], strides: [1, 1], pad: "valid" },
  { x: [2, 2, 3, 6], filterSize: [5, 5], strides: [1, 2] },
  { x: [5, 33, 31, 32], filterSize: [3, 3], strides: [2, 2] },
];

describe.each([true, false])("pooling, relaxed SIMD %s", (relaxedSimd) => {
  beforeAll(async () => void (await wasm({ relaxedSimd }).init()));

  test.each(cases)("%j", async ({ x: shape, filterSize, strides, pad = "same" }) => {
    const attrs = { filterSize, strides, pad };
    const pool = tf.backend_util.computePool2DInfo([...shape], filterSize, strides, 1, pad);
    // Few values, so that many are the largest.
    const x = seededValues("x", tf.util.sizeFromShape([...shape])).map((u) => Math.round(4 * u) - 9);
    const dy = seededValues("dy", tf.util.sizeFromShape(pool.outShape));
    const expected = inLoops(pool, x, dy);
    await expectNoLeak(() =>
      tf.tidy(() => {
        const input = tf.tensor(x, [...shape]);
        const gradient = tf.tensor(dy, pool.outShape);
        const outputs: Record<string, tf.Tensor> = {
          max: call(tf.MaxPool, { x: input }, attrs),
          average: call(tf.AvgPool, { x: input }, attrs),
          maxGradient: call(tf.MaxPoolGrad, { dy: gradient, input, output: gradient }, attrs),
          averageGradient: call(tf.AvgPoolGrad, { dy: gradient, input }, attrs),
        };
        for (const [what, output] of Object.entries(outputs)) {
          expect(output.shape).toEqual(what.endsWith("Gradient") ? shape : pool.outShape);
          expectClose(output.dataSync(), expected[what], { what });
        }
      }),
    );
  });

  test("windows beside the image", () => {
    tf.tidy(() => {
      const x = tf.ones<tf.Rank.R4>([1, 1, 1, 1]);
      const pooled = [tf.maxPool(x, 2, 1, 3), tf.avgPool(x, 2, 1, 3)].map((y) => y.dataSync());
      // Of 6 × 6 windows the 4 in the middle meet the one pixel.
      const meeting = new Set([14, 15, 20, 21]);
      pooled.forEach((values, average) => {
        const nothing = average ? Number.NaN : -Infinity;
        expect([...values]).toEqual(Array.from({ length: 36 }, (_, i) => (meeting.has(i) ? 1 : nothing)));
      });
      const input = tf.ones<tf.Rank.R4>([1, 1, 1, 1]);
      const attrs = { filterSize: 2, strides: 1, pad: 3 };
      const dy = tf.ones([1, 6, 6, 1]);
      expect([...call(tf.MaxPoolGrad, { dy, input, output: dy }, attrs).dataSync()]).toEqual([4]);
    });
  });

  test("NaN is never the largest", () => {
    tf.tidy(() => {
      const values = [Number.NaN, -2, -3, Number.NaN, Number.NaN, Number.NaN, 1, Infinity];
      // More channels than one, and than a block of 16.
      for (const channels of [1, 19]) {
        const x = tf.tile(tf.tensor4d(values, [1, 1, 8, 1]), [1, 1, 1, channels]);
        const y = tf.slice(tf.maxPool(x, [1, 2], [1, 2], "valid"), [0, 0, 0, channels - 1]);
        expect([...y.dataSync()]).toEqual([-2, -3, -Infinity, Infinity]);
      }
    });
  });

  test("NaN is never the largest, and gets no gradient", () => {
    tf.tidy(() => {
      const input = tf.tensor4d([Number.NaN, -2, -3, -3, Number.NaN, Number.NaN], [1, 1, 6, 1]);
      const dy = tf.tensor4d([1, 2, 4], [1, 1, 3, 1]);
      const attrs = { filterSize: [1, 2], strides: [1, 2], pad: "valid" };
      const dx = call(tf.MaxPoolGrad, { dy, input, output: dy }, attrs);
      expect([...dx.dataSync()]).toEqual([0, 1, 2, 0, 0, 0]);
    });
  });

  test("an average of NaN is NaN, and infinities stay", () => {
    tf.tidy(() => {
      const x = tf.tensor4d([Number.NaN, 1, 2, 4, Infinity, 0, -Infinity, 0], [1, 1, 8, 1]);
      expect([...tf.avgPool(x, [1, 2], [1, 2], "valid").dataSync()]).toEqual([
        Number.NaN,
        3,
        Infinity,
        -Infinity,
      ]);
    });
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
): Record<string, Float64Array> {
  const { inHeight, inWidth, outHeight, outWidth, inChannels: channels, padInfo } = pool;
  const max = new Float64Array(dy.length);
  const average = new Float64Array(dy.length);
  const maxGradient = new Float64Array(x.length);
  const averageGradient = new Float64Array(x.length);
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
    const winner = inside.reduce((best, from) => (x[from] > x[best] ? from : best), inside[0]);
    max[to] = x[winner];
    maxGradient[winner] += dy[to];
    for (const from of inside) {
      average[to] += x[from] / inside.length;
      averageGradient[from] += dy[to] / (pool.filterHeight * pool.filterWidth);
    }
  }
  return { max, average, maxGradient, averageGradient };
}
