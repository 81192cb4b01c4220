import { samplerConformance } from "@contrastive/testing";
import { describe, expect, it } from "vitest";
import { countBy, datasetOf } from "../test/labelled.js";
import { weighted } from "./index.js";

samplerConformance("weighted", () => weighted(), { factory: weighted, covers: false });
samplerConformance("weighted by class", () => weighted({ classWeights: [1, 2, 0] }), {
  factory: weighted,
  covers: false,
});

describe("weighted", () => {
  const dataset = datasetOf([8000, 1900, 100]);
  const shares = (options: Parameters<typeof weighted>[0]) => {
    const epoch = weighted(options).open(dataset, 1, 10).epoch(0);
    const counts = countBy(epoch, (index) => dataset.labels[index]);
    return [0, 1, 2].map((label) => (counts.get(label) ?? 0) / epoch.length);
  };

  it.each([
    ["classes equally often by default", {}, [1 / 3, 1 / 3, 1 / 3]],
    ["classes by weight and size", { classWeights: [1, 4, 0] }, [80 / 156, 76 / 156, 0]],
    [
      "samples by weight",
      { sampleWeights: Array.from(dataset.labels, (label) => (label === 2 ? 80 : label === 0 ? 1 : 0)) },
      [0.5, 0, 0.5],
    ],
  ])("draws %s", (_, options, expected) => {
    // Four standard deviations of a share of a half among 10,000.
    shares(options).forEach((share, label) => expect(Math.abs(share - expected[label])).toBeLessThan(0.02));
  });

  it("draws all samples of a class alike", () => {
    const data = datasetOf([4]);
    const counts = new Map<number, number>();
    const open = weighted().open(data, 3, 2);
    for (let epoch = 0; epoch < 1000; epoch++) {
      for (const index of open.epoch(epoch)) counts.set(index, (counts.get(index) ?? 0) + 1);
    }
    for (let index = 0; index < 4; index++) expect(Math.abs(counts.get(index)! - 1000)).toBeLessThan(120);
  });

  it.each([
    [{ classWeights: [1, 2] }, "classWeights must be 3, one for each of the classes, got 2"],
    [{ sampleWeights: [1] }, "sampleWeights must be 10000, one for each of the samples, got 1"],
    [{ classWeights: [0, 0, 0] }, "classWeights must not all be zero"],
  ])("refuses %o when it is opened", (options, message) => {
    expect(() => weighted(options).open(dataset, 1, 2)).toThrow(`sampler "weighted": ${message}`);
  });

  it.each([
    [{ classWeights: [-1] }, "classWeights.0 must be >= 0, got -1"],
    [{ classWeights: [1], sampleWeights: [1] }, "options must be classWeights or sampleWeights, not both"],
  ])("refuses %o", (options, message) => {
    expect(() => weighted(options)).toThrow(message);
  });
});
