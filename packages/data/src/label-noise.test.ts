import type { Dataset } from "@contrastive/core";
import { datasetConformance } from "@contrastive/testing";
import { describe, expect, it } from "vitest";
import { fromArrays, labelNoise } from "./index.js";

const labels = Array.from({ length: 3000 }, (_, i) => i % 3);
const images = labels.map(
  (_, i) => ({ data: Uint8Array.of(i % 256), height: 1, width: 1, channels: 1 }) as const,
);
const test = { images: images.slice(7, 30), labels: labels.slice(7, 30) };
const data = fromArrays({ images, labels, classes: ["a", "b", "c"], test });

datasetConformance("label-noise", () => labelNoise({ data, rate: 0.4 }));

const labelsOf = async (dataset: Dataset) => [...(await dataset.open("train")).labels!];

describe("labelNoise", () => {
  it.each([0, 0.2, 1])("changes the label of a share of %d", async (rate) => {
    const noisy = await labelsOf(labelNoise({ data, rate }));
    const changed = noisy.filter((label, i) => label !== labels[i]).length / 3000;
    // Three standard deviations.
    expect(Math.abs(changed - rate)).toBeLessThanOrEqual(3 * Math.sqrt((rate * (1 - rate)) / 3000));
  });

  it("takes any other class alike, or the one that is named", async () => {
    const symmetric = await labelsOf(labelNoise({ data, rate: 1 }));
    const toB = symmetric.filter((label, i) => labels[i] === 0 && label === 1).length;
    expect(toB).toBeGreaterThan(430);
    expect(toB).toBeLessThan(570);
    const asymmetric = await labelsOf(labelNoise({ data, rate: 1, confusedWith: [2, 1, 0] }));
    expect(asymmetric).toEqual(labels.map((label) => 2 - label));
  });

  it("is the same for a seed, another for another, and grows with the rate", async () => {
    const few = await labelsOf(labelNoise({ data, rate: 0.2 }));
    expect(await labelsOf(labelNoise({ data, rate: 0.2 }))).toEqual(few);
    expect(await labelsOf(labelNoise({ data, rate: 0.2, seed: 1 }))).not.toEqual(few);
    const more = await labelsOf(labelNoise({ data, rate: 0.3 }));
    few.forEach((label, i) => label !== labels[i] && expect(more[i]).toBe(label));
  });

  it("leaves the test split as it is", async () => {
    expect((await labelNoise({ data, rate: 1 }).open("test")).labels).toEqual(Int32Array.from(test.labels));
  });

  it.each([
    ["data without labels", { data: fromArrays({ images }) }, "the dataset must have labels"],
    [
      "too few classes to confuse",
      { confusedWith: [1, 0] },
      "must name one of the 3 classes for each of them, got [1,0]",
    ],
    ["a class that is not there", { confusedWith: [1, 2, 3] }, "must name one of the 3 classes"],
    [
      "a single class",
      { data: fromArrays({ images, labels: labels.map(() => 0) }) },
      "two classes at least, got 1",
    ],
  ])("refuses %s", async (_, options, message) => {
    await expect(labelNoise({ data, rate: 0.1, ...options }).open("train")).rejects.toThrow(message);
  });
});
