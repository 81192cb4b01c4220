import type { Dataset } from "@contrastive/core";
import { datasetConformance } from "@contrastive/testing";
import { describe, expect, it } from "vitest";
import { fromArrays, labelFraction } from "./index.js";

/** Classes of 50, 20 and 3 samples. */
const labels = Array.from({ length: 73 }, (_, i) => (i % 7 < 2 && i < 70 ? 1 : i >= 70 ? 2 : 0));
const images = labels.map((_, i) => ({ data: Uint8Array.of(i), height: 1, width: 1, channels: 1 }) as const);
const data = fromArrays({ images, labels, test: { images: images.slice(0, 9), labels: labels.slice(0, 9) } });

datasetConformance("label-fraction", () => labelFraction({ data, fraction: 0.5 }), { splits: ["train"] });

async function kept(dataset: Dataset): Promise<number[]> {
  const open = await dataset.open("train");
  const all = Uint32Array.from({ length: open.size }, (_, i) => i);
  return (await open.read(all)).images.map((image) => image.data[0]);
}

describe("labelFraction", () => {
  it.each([
    [0.1, [5, 2, 1]],
    [0.5, [25, 10, 2]],
    [0.001, [1, 1, 1]],
    [1, [50, 20, 3]],
  ])("keeps %d of each class, one at least", async (fraction, counts) => {
    const open = await labelFraction({ data, fraction }).open("train");
    for (const [label, count] of counts.entries()) {
      expect(open.labels!.filter((other) => other === label)).toHaveLength(count);
    }
  });

  it("draws the same for a seed, others for another, in the dataset's order, and more for more", async () => {
    const half = await kept(labelFraction({ data, fraction: 0.5 }));
    expect(half).toEqual(half.toSorted((a, b) => a - b));
    expect(await kept(labelFraction({ data, fraction: 0.5 }))).toEqual(half);
    expect(await kept(labelFraction({ data, fraction: 0.5, seed: 1 }))).not.toEqual(half);
    expect(await kept(labelFraction({ data, fraction: 0.8 }))).toEqual(expect.arrayContaining(half));
  });

  it("leaves the test split whole", async () => {
    expect((await labelFraction({ data, fraction: 0.1 }).open("test")).size).toBe(9);
  });

  it.each([
    [{ fraction: 0 }, "fraction must be > 0, got 0"],
    [{ fraction: 1.1 }, "fraction must be <= 1, got 1.1"],
    [{ data: {} as never }, "data must be a dataset, got {}"],
  ])("refuses %o", (options, message) => {
    expect(() => labelFraction({ data, fraction: 0.5, ...options })).toThrow(
      `dataset "label-fraction": ${message}`,
    );
  });

  it("refuses data without labels", async () => {
    await expect(
      labelFraction({ data: fromArrays({ images }), fraction: 0.5 }).open("train"),
    ).rejects.toThrow('dataset "label-fraction": the dataset must have labels');
  });
});
