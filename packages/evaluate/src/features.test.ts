import * as tf from "@tensorflow/tfjs-core";
import { beforeAll, describe, expect, it } from "vitest";
import type { OpenDataset, RawImage } from "@contrastive/core";
import { cpu, expectNoLeak } from "@contrastive/testing";
import { type Embedder, extractFeatures } from "./features.js";

beforeAll(async () => {
  await cpu().init();
});

/** Sample i is an image of one pixel with value i, of class i mod 3. */
function pixels(size: number, labelled = true): OpenDataset {
  return {
    size,
    read: async (indices) => ({
      images: Array.from(indices, (i) => ({ data: Uint8Array.of(i), height: 1, width: 1, channels: 1 })),
      ...(labelled ? { labels: Int32Array.from(indices, (i) => i % 3) } : {}),
    }),
    close: async () => {},
  };
}

const twice: Embedder = {
  dim: 2,
  embed: async (images: readonly RawImage[]) =>
    tf.tensor2d(
      images.map(({ data }) => [data[0], 2 * data[0]]),
      [images.length, 2],
    ),
};

describe("extractFeatures", () => {
  it.each([1, 3, 7, 256])("embeds all in order, %i at a time, and leaves no tensor", async (batchSize) => {
    await expectNoLeak(async () => {
      const seen: number[] = [];
      const features = await extractFeatures(twice, pixels(7), {
        batchSize,
        onProgress: ({ done, total }) => seen.push(done / total),
      });
      expect(features).toEqual({
        values: Float32Array.from([0, 0, 1, 2, 2, 4, 3, 6, 4, 8, 5, 10, 6, 12]),
        labels: Int32Array.of(0, 1, 2, 0, 1, 2, 0),
        size: 7,
        dim: 2,
      });
      expect(seen).toHaveLength(Math.ceil(7 / batchSize));
      expect(seen.at(-1)).toBe(1);
    });
  });

  it("stops between batches", async () => {
    const stop = new AbortController();
    const reason = new Error("enough");
    const extracting = extractFeatures(twice, pixels(7), {
      batchSize: 2,
      signal: stop.signal,
      onProgress: () => stop.abort(reason),
    });
    await expect(extracting).rejects.toBe(reason);
  });

  it("refuses what it can't use", async () => {
    await expect(extractFeatures(twice, pixels(0))).rejects.toThrow("holds no images");
    await expect(extractFeatures(twice, pixels(4, false))).rejects.toThrow("has no labels");
    await expect(extractFeatures(twice, pixels(4), { batchSize: 0 })).rejects.toThrow(
      /batchSize must be > 0/,
    );
  });
});
