import * as tf from "@tensorflow/tfjs-core";
import { cpu, expectNoLeak } from "../../../testing/src/index.js";
import { beforeAll, describe, expect, it } from "vitest";
import { applyImagePrograms, type ImageProgramAttributes } from "./apply.js";
import type { ImageBytes, ImageProgram } from "./format.js";
import { runImageProgram } from "./run.js";

const output = { height: 2, width: 3, channels: 3 };

/** Images of three sizes, each with a program that brings it to `output`. */
const images = [4, 5, 7].map((side): ImageBytes => ({
  data: Uint8Array.from({ length: side * side * 3 }, (_, i) => (i * 37 * side) % 256),
  height: side,
  width: side,
  channels: 3,
}));
const programs = images.map(({ height, width }): ImageProgram => ({
  output,
  steps: [
    { op: "resizedCrop", top: 1, left: 0, height: height - 1, width, outHeight: 2, outWidth: 3 },
    { op: "contrast", factor: 1.5 },
  ],
}));

describe("applyImagePrograms", () => {
  beforeAll(() => cpu().init());

  it("runs each program on its image", async () => {
    await expectNoLeak(() => {
      const batch = applyImagePrograms(images, programs);
      expect(batch.shape).toEqual([3, 2, 3, 3]);
      expect(batch.dtype).toBe("float32");
      const expected = new Float32Array(3 * 18);
      images.forEach((image, i) => runImageProgram(image, programs[i], expected, i * 18));
      expect(batch.dataSync()).toEqual(expected);
      batch.dispose();
    });
  });

  it.each([
    { mean: [0.4914, 0.4822, 0.4465], std: [0.247, 0.243, 0.262] },
    { mean: [0.5], std: [0.3] },
  ])("subtracts $mean and divides by $std, to the bits of tensors", async (normalize) => {
    await expectNoLeak(() => {
      const plain = applyImagePrograms(images, programs);
      const expected = tf.tidy(() => plain.sub(normalize.mean).div(normalize.std));
      const actual = applyImagePrograms(images, programs, { normalize });
      expect(actual.dataSync()).toEqual(expected.dataSync());
      tf.dispose([plain, expected, actual]);
    });
  });

  it("leaves the work to a kernel of the backend", () => {
    // After the test above the reference is registered; a backend's own kernel takes its place.
    tf.unregisterKernel("ImageProgram", "cpu");
    tf.registerKernel({
      kernelName: "ImageProgram",
      backendName: "cpu",
      kernelFunc: ({ attrs }) => {
        const attributes = attrs as unknown as ImageProgramAttributes;
        expect(attributes).toEqual({ images, programs, output });
        return tf.zeros([3, 2, 3, 3]);
      },
    });
    try {
      const batch = applyImagePrograms(images, programs);
      expect(Array.from(batch.dataSync())).toEqual(Array(54).fill(0));
      batch.dispose();
    } finally {
      tf.unregisterKernel("ImageProgram", "cpu");
    }
  });

  it("refuses a batch that does not fit together", () => {
    expect(() => applyImagePrograms(images, programs.slice(1))).toThrow(/got 3 images and 2 programs/);
    expect(() => applyImagePrograms([], [])).toThrow(/at least one program/);
    expect(() =>
      applyImagePrograms(images, programs, { normalize: { mean: [0.5], std: [0.2, 0.3] } }),
    ).toThrow(/normalize\.std must have 1 value or one for each of 3 channels, got 2/);
    const other: ImageProgram = { output: { height: 4, width: 4, channels: 3 }, steps: [] };
    expect(() => applyImagePrograms(images, [other, ...programs.slice(1)])).toThrow(
      /one output shape, got 4×4×3 and 2×3×3\. End the augmentation/,
    );
  });
});
