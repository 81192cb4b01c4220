import { gelu, l2Normalize, layerNorm, logSoftmax } from "@contrastive/ops";
import { expectClose, expectNoLeak, seededValues } from "@contrastive/testing";
import * as tf from "@tensorflow/tfjs-core";
import { expect, test } from "vitest";
import { halfTensor, inMixed, isStoredAsHalves } from "../../test/half.js";
import { describeOnGpu } from "../../test/gpu.js";

const shape = [3, 4, 6, 8] as const;
const other = () => tf.tensor(seededValues("other", 3 * 4 * 6 * 8), [...shape]);
const rows = (x: tf.Tensor) => tf.reshape(x, [3 * 4 * 6, 8]) as tf.Tensor2D;
const image = (x: tf.Tensor) => x as tf.Tensor4D;
const filter = (...size: [number, number, number, number]) =>
  tf.tensor4d(seededValues("filter", tf.util.sizeFromShape(size)), size);

/** Of all ways in which tfjs's kernels, and this package's, read a tensor, some. */
const ops: Readonly<Record<string, (x: tf.Tensor) => tf.Tensor>> = {
  abs: tf.abs,
  add: (x) => tf.add(x, other()),
  "add a number": (x) => tf.add(x, 2),
  "add of two types": (x) => tf.add(x, tf.ones([8], "int32")),
  addN: (x) => tf.addN([x, other(), x]),
  argMax: (x) => tf.argMax(x, -1),
  avgPool: (x) => tf.avgPool(image(x), 2, 2, "valid"),
  batchNorm: (x) => tf.batchNorm(image(x), tf.ones([8]), tf.ones([8]), tf.ones([8]), tf.ones([8])),
  "cast to int32": (x) => tf.cast(tf.mul(x, 9), "int32"),
  "cast to bool": (x) => tf.cast(x, "bool"),
  clip: (x) => tf.clipByValue(x, -0.2, 0.3),
  clone: (x) => tf.clone(x),
  complex: (x) => tf.real(tf.complex(x, other())),
  concat: (x) => tf.concat([x, other()], 1),
  "concat innermost": (x) => tf.concat([x, tf.ones([3, 4, 6, 3])], -1),
  conv2d: (x) => tf.conv2d(image(x), filter(3, 3, 8, 5), 1, "same"),
  "conv2d on a reshaped one": (x) =>
    tf.conv2d(tf.reshape(x, [3, 4, 16, 3]) as tf.Tensor4D, filter(3, 3, 3, 6), 1, "same"),
  "conv2d, channels first": (x) => tf.conv2d(image(x), filter(2, 2, 4, 5), 1, "valid", "NCHW"),
  cumsum: (x) => tf.cumsum(x, 3),
  depthwise: (x) => tf.depthwiseConv2d(image(x), filter(3, 3, 8, 1), 1, "same"),
  div: (x) => tf.div(other(), tf.add(tf.square(x), 1)),
  equal: (x) => tf.equal(x, x),
  exp: tf.exp,
  gather: (x) => tf.gather(x, tf.tensor1d([2, 0], "int32"), 1),
  gelu: (x) => gelu(x),
  greater: (x) => tf.greater(x, other()),
  l2Normalize: (x) => l2Normalize(rows(x)),
  layerNorm: (x) => layerNorm({ x: rows(x), scale: tf.ones([8]), offset: tf.ones([8]) }, { epsilon: 1e-5 }),
  logSoftmax: (x) => logSoftmax(rows(x)),
  matMul: (x) => tf.matMul(rows(x), rows(x), false, true),
  "matMul, fused": (x) => tf.fused.matMul({ a: rows(x), b: rows(x), transposeA: true, activation: "relu" }),
  max: (x) => tf.max(x, [1, 2]),
  maximum: (x) => tf.maximum(x, other()),
  maxPool: (x) => tf.maxPool(image(x), 3, 2, "same"),
  mean: (x) => tf.mean(x, [1, 2]),
  mirrorPad: (x) =>
    tf.mirrorPad(
      image(x),
      [
        [0, 0],
        [1, 1],
        [1, 1],
        [0, 0],
      ],
      "reflect",
    ),
  neg: tf.neg,
  oneHot: (x) => tf.oneHot(tf.cast(tf.abs(tf.mul(x, 4)), "int32"), 5),
  pad: (x) =>
    tf.pad(x, [
      [0, 0],
      [1, 2],
      [0, 1],
      [0, 3],
    ]),
  prod: (x) => tf.prod(x, -1),
  relu: tf.relu,
  reshape: (x) => tf.reshape(x, [8, -1]),
  resizeBilinear: (x) => tf.image.resizeBilinear(image(x), [7, 5]),
  reverse: (x) => tf.reverse(x, 1),
  scatter: (x) => tf.scatterND(tf.range(0, 72, 1, "int32").reshape([72, 1]) as tf.Tensor2D, rows(x), [80, 8]),
  slice: (x) => tf.slice(x, [1, 0, 2, 3], [2, 3, 3, 5]),
  softmax: (x) => tf.softmax(x),
  split: (x) => tf.split(x, 2, -1)[1],
  square: tf.square,
  stack: (x) => tf.stack([x, other()]),
  stridedSlice: (x) => tf.stridedSlice(x, [0, 0, 0, 0], [3, 4, 6, 8], [1, 2, 2, 3]),
  sum: (x) => tf.sum(x),
  tanh: tf.tanh,
  tile: (x) => tf.tile(x, [1, 2, 1, 2]),
  topk: (x) => tf.topk(x, 3).values,
  transpose: (x) => tf.transpose(x, [3, 0, 2, 1]),
  unsortedSegmentSum: (x) => tf.unsortedSegmentSum(x, tf.tensor1d([1, 0, 1], "int32"), 2),
  where: (x) => tf.where(tf.greater(x, 0), x, other()),
};

describeOnGpu("values stored as halves", () => {
  test.each(Object.entries(ops))("are floats to %s", async (_, op) => {
    await inMixed(() =>
      expectNoLeak(async () => {
        const buffers = tf.backend().numDataIds();
        const x = halfTensor(seededValues("x", 3 * 4 * 6 * 8), shape);
        expect(isStoredAsHalves(x)).toBe(true);
        const wide = tf.tensor(await x.data<"float32">(), [...shape]);
        expect(isHalfOrNowhere(wide)).toBe(false);
        const [actual, expected] = [x, wide].map((tensor) => tf.tidy(() => op(tensor)));
        expect(actual.shape).toEqual(expected.shape);
        expect(actual.dtype).toBe(expected.dtype);
        // Whether the result is of halves may depend on whether the argument is.
        expectClose(await actual.data(), await expected.data(), { tolerance: 2 ** -11 });
        tf.dispose([x, wide, actual, expected]);
        expect(tf.backend().numDataIds()).toBe(buffers);
      }),
    );
  });

  test("are read as floats, and read again", async () => {
    await inMixed(async () => {
      const values = seededValues("x", 64);
      const x = halfTensor(values, [8, 8]);
      const first = await x.data();
      expectClose(first, values, { tolerance: 2 ** -11 });
      expect(await x.data()).toEqual(first);
      const { tensorRef } = x.dataToGPU();
      expect(await tensorRef.data()).toEqual(first);
      tf.dispose([x, tensorRef]);
    });
  });

  test("are there in mixed precision only, where four lie in a row", async () => {
    const [before, during, odd] = [convolved(8), ...(await inMixed(() => [convolved(8), convolved(6)]))];
    const after = convolved(8);
    expect([before, during, odd, after].map(isStoredAsHalves)).toEqual([false, true, false, false]);
    // What was made before still is what it was.
    expectClose(await during.data(), await before.data(), { tolerance: 2 ** -11 });
    tf.dispose([before, during, odd, after]);
  });
});

function convolved(channels: number): tf.Tensor {
  return tf.tidy(() => tf.conv2d(tf.ones<tf.Rank.R4>([1, 2, 2, 4]), filter(1, 1, 4, channels), 1, "same"));
}

function isHalfOrNowhere(tensor: tf.Tensor): boolean {
  tf.dispose(tf.neg(tensor));
  return isStoredAsHalves(tensor);
}
