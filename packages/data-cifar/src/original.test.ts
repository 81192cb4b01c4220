import { describe, expect, it } from "vitest";
import { datasetConformance } from "@contrastive/testing";
import { cifar10 } from "./index.js";

const root = process.env.CONTRASTIVE_CIFAR10;

describe.skipIf(root === undefined)(
  "the original CIFAR-10 (skipped unless CONTRASTIVE_CIFAR10 names its folder)",
  () => {
    datasetConformance("cifar10, original", () => cifar10({ root }), { factory: cifar10 });

    it.each([
      ["train", 50_000, [6, 9, 9, 4, 1, 1, 2, 7]],
      ["test", 10_000, [3, 8, 8, 0, 6, 6, 1, 6]],
    ] as const)("has %s: %d images, an equal share of each class", async (split, size, first) => {
      const { labels, size: images } = await cifar10({ root }).open(split);
      expect(images).toBe(size);
      expect([...labels!.subarray(0, 8)]).toEqual(first);
      for (let label = 0; label < 10; label++) {
        expect(labels!.filter((other) => other === label)).toHaveLength(size / 10);
      }
    });

    it("has the statistics that it states", async () => {
      const { statistics, open } = cifar10({ root });
      const train = await open("train");
      const sums = [0, 0, 0];
      const squares = [0, 0, 0];
      for (let start = 0; start < train.size; start += 1000) {
        const { images } = await train.read(Uint32Array.from({ length: 1000 }, (_, i) => start + i));
        for (const { data } of images) {
          for (let at = 0; at < data.length; at++) {
            sums[at % 3] += data[at];
            squares[at % 3] += data[at] * data[at];
          }
        }
      }
      const pixels = train.size * 1024;
      for (const channel of [0, 1, 2]) {
        const mean = sums[channel] / pixels;
        expect(mean / 255).toBeCloseTo(statistics!.mean[channel], 4);
        expect(Math.sqrt(squares[channel] / pixels - mean * mean) / 255).toBeCloseTo(
          statistics!.std[channel],
          4,
        );
      }
    });
  },
);
