import * as tf from "@tensorflow/tfjs-core";
import { expectClose, seededValues } from "@contrastive/testing";
import { expect, test } from "vitest";
import { describeOnTensorflow, tensorflow } from "../../test/on-tensorflow.js";
import type { TensorFlowBackend } from "../tensorflow.js";
import { filterGradient } from "./filter-gradient.js";

interface Geometry {
  readonly name: string;
  readonly image: readonly [height: number, width: number];
  readonly filter: readonly [height: number, width: number];
  readonly strides?: readonly [number, number];
  readonly pad: number | "same" | "valid";
  readonly dilations?: number;
}

const channels = 128;
const geometries: readonly Geometry[] = [
  { name: "3x3", image: [4, 5], filter: [3, 3], pad: 1 },
  { name: "3x3 same, stride 2, even", image: [6, 4], filter: [3, 3], strides: [2, 2], pad: "same" },
  { name: "3x3 padded, stride 2, odd", image: [5, 7], filter: [3, 3], strides: [2, 2], pad: 1 },
  { name: "2x3 with strides of 1 and 3", image: [4, 9], filter: [2, 3], strides: [1, 3], pad: "valid" },
  { name: "3x3 with holes", image: [7, 6], filter: [3, 3], pad: "same", dilations: 2 },
];

describeOnTensorflow("with many channels, a filter's gradient is a convolution", () => {
  test.each(geometries)("$name", async (geometry) => {
    const { image, filter, strides = [1, 1], pad, dilations = 1 } = geometry;
    const shape: [number, number, number, number] = [2, ...image, channels];
    const weights: [number, number, number, number] = [...filter, channels, 3];
    const info = tf.backend_util.computeConv2DInfo(shape, weights, [...strides], dilations, pad);
    const [x, dy] = [seededValues("x", sizeOf(shape)), seededValues("dy", sizeOf(info.outShape))];

    const actual = tf.tidy(() =>
      filterGradient(
        tf.backend() as TensorFlowBackend,
        tf.tensor4d(x, shape),
        tf.tensor4d(dy, info.outShape),
        info,
      )?.dataSync(),
    );
    expect(actual).toBeDefined();
    expectClose(actual!, loops(x, dy, info));
  });

  test("and is not where pixels are left over, with few channels, or of one pixel", async () => {
    await tensorflow().init();
    for (const [size, inputs, pixels] of [
      [6, channels, 3],
      [7, channels - 1, 3],
      [7, channels, 1],
    ]) {
      const info = tf.backend_util.computeConv2DInfo(
        [2, size, size, inputs],
        [pixels, pixels, inputs, 3],
        2,
        1,
        "valid",
      );
      const [x, dy] = [tf.zeros(info.inShape), tf.zeros(info.outShape)];
      expect(filterGradient(tf.backend() as TensorFlowBackend, x, dy, info)).toBeUndefined();
      tf.dispose([x, dy]);
    }
  });
});

const sizeOf = (shape: readonly number[]) => shape.reduce((a, b) => a * b);

/** Σ over images and places of the window. */
function loops(x: ArrayLike<number>, dy: ArrayLike<number>, info: tf.backend_util.Conv2DInfo): Float64Array {
  const { batchSize, inHeight, inWidth, inChannels, outHeight, outWidth, outChannels } = info;
  const gradient = new Float64Array(info.filterHeight * info.filterWidth * inChannels * outChannels);
  for (let n = 0; n < batchSize; n++)
    for (let row = 0; row < outHeight; row++)
      for (let column = 0; column < outWidth; column++)
        for (let down = 0; down < info.filterHeight; down++)
          for (let across = 0; across < info.filterWidth; across++) {
            const y = row * info.strideHeight + down * info.dilationHeight - info.padInfo.top;
            const z = column * info.strideWidth + across * info.dilationWidth - info.padInfo.left;
            if (y < 0 || y >= inHeight || z < 0 || z >= inWidth) continue;
            for (let input = 0; input < inChannels; input++)
              for (let output = 0; output < outChannels; output++) {
                const at = ((down * info.filterWidth + across) * inChannels + input) * outChannels + output;
                gradient[at] +=
                  x[((n * inHeight + y) * inWidth + z) * inChannels + input] *
                  dy[((n * outHeight + row) * outWidth + column) * outChannels + output];
              }
          }
  return gradient;
}
