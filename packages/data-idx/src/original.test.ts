import { datasetConformance } from "@contrastive/testing";
import { describe, expect, it } from "vitest";
import { fashionMnist } from "./index.js";

const root = process.env.CONTRASTIVE_FASHION_MNIST;

describe.skipIf(root === undefined)(
  "the original Fashion-MNIST (skipped unless CONTRASTIVE_FASHION_MNIST names its folder)",
  () => {
    datasetConformance("fashion-mnist, original", () => fashionMnist({ root }), { factory: fashionMnist });

    it.each([
      ["train", 60_000, [9, 0, 0, 3, 0, 2, 7, 2]],
      ["test", 10_000, [9, 2, 1, 1, 6, 1, 4, 6]],
    ] as const)("has %s: %d images, an equal share of each class", async (split, size, first) => {
      const { labels, size: images } = await fashionMnist({ root }).open(split);
      expect(images).toBe(size);
      expect([...labels!.subarray(0, 8)]).toEqual(first);
      for (let label = 0; label < 10; label++) {
        expect(labels!.filter((other) => other === label)).toHaveLength(size / 10);
      }
    });

    it("has the statistics that it states", async () => {
      const { statistics, open } = fashionMnist({ root });
      const train = await open("train");
      let sum = 0;
      let squares = 0;
      for (let start = 0; start < train.size; start += 1000) {
        const { images } = await train.read(Uint32Array.from({ length: 1000 }, (_, i) => start + i));
        for (const { data } of images) {
          for (const value of data) {
            sum += value;
            squares += value * value;
          }
        }
      }
      const pixels = train.size * 28 * 28;
      const mean = sum / pixels;
      expect(mean / 255).toBeCloseTo(statistics!.mean[0], 4);
      expect(Math.sqrt(squares / pixels - mean * mean) / 255).toBeCloseTo(statistics!.std[0], 4);
    });
  },
);
