import { samplerConformance } from "@contrastive/testing";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { datasetOf } from "../test/labelled.js";
import { classBalanced, sequential, shuffle } from "./index.js";

samplerConformance("shuffle", () => shuffle(), { factory: shuffle });
samplerConformance("sequential", () => sequential(), { factory: sequential, random: false });
samplerConformance("class-balanced", () => classBalanced(), { factory: classBalanced });
samplerConformance(
  "class-balanced, as long as the dataset",
  () => classBalanced({ epochLength: "dataset" }),
  {
    factory: classBalanced,
    covers: false,
  },
);

describe("shuffle", () => {
  it("is a permutation that keeps no sample in its place more often than chance", () => {
    const open = shuffle().open({ size: 100 }, 1, 10);
    let fixed = 0;
    for (let epoch = 0; epoch < 50; epoch++) {
      const order = open.epoch(epoch);
      expect([...order].sort((a, b) => a - b)).toEqual(Array.from({ length: 100 }, (_, i) => i));
      fixed += order.filter((index, position) => index === position).length;
    }
    // One in expectation, for each epoch.
    expect(fixed).toBeGreaterThan(25);
    expect(fixed).toBeLessThan(75);
  });
});

describe("sequential", () => {
  it("is the dataset's order", () => {
    expect([...sequential().open({ size: 4 }, 9, 2).epoch(3)]).toEqual([0, 1, 2, 3]);
  });
});

describe("class-balanced", () => {
  const sizes = fc.array(fc.integer({ min: 1, max: 20 }), { minLength: 1, maxLength: 6 });

  it("holds the classes in every batch within one of each other", () => {
    fc.assert(
      fc.property(sizes, fc.integer({ min: 1, max: 17 }), fc.nat(100), (sizes, batchSize, epoch) => {
        const dataset = datasetOf(sizes);
        const order = classBalanced().open(dataset, 1, batchSize).epoch(epoch);
        for (let start = 0; start < order.length; start += batchSize) {
          const counts = sizes.map(() => 0);
          for (const index of order.subarray(start, start + batchSize)) counts[dataset.labels[index]]++;
          expect(Math.max(...counts) - Math.min(...counts)).toBeLessThanOrEqual(1);
        }
      }),
    );
  });

  it("visits samples of a class equally often, give or take one, the largest class's exactly once", () => {
    fc.assert(
      fc.property(sizes, fc.nat(100), (sizes, epoch) => {
        const dataset = datasetOf(sizes);
        const largest = Math.max(...sizes);
        const visits = Array.from(dataset.labels, () => 0);
        for (const index of classBalanced().open(dataset, 1, 8).epoch(epoch)) visits[index]++;
        visits.forEach((count, index) => {
          const share = largest / sizes[dataset.labels[index]];
          expect(count).toBeGreaterThanOrEqual(Math.floor(share));
          expect(count).toBeLessThanOrEqual(Math.ceil(share));
        });
      }),
    );
  });

  it("does not put the classes of a batch in a fixed order", () => {
    const dataset = datasetOf([30, 30, 30]);
    const order = classBalanced().open(dataset, 1, 9).epoch(0);
    const patterns = new Set<string>();
    for (let start = 0; start < order.length; start += 9) {
      patterns.add([...order.subarray(start, start + 9)].map((index) => dataset.labels[index]).join());
    }
    expect(patterns.size).toBeGreaterThan(5);
  });

  it("is as long as the classes times the largest, or as the dataset", () => {
    const dataset = datasetOf([9, 2, 1]);
    expect(classBalanced().open(dataset, 1, 4).epoch(0)).toHaveLength(27);
    expect(classBalanced({ epochLength: "dataset" }).open(dataset, 1, 4).epoch(0)).toHaveLength(12);
  });

  it.each([
    [
      "an empty class",
      { size: 2, labels: Int32Array.of(0, 2), classes: ["cat", "dog", "owl"] },
      'class 1 ("dog") has no samples',
    ],
    ["an empty class without a name", { size: 2, labels: Int32Array.of(0, 2) }, "class 1 has no samples"],
    ["no labels", { size: 2 }, "the dataset must have labels, got undefined"],
    [
      "a label without a class",
      { size: 2, labels: Int32Array.of(0, 5), classes: ["cat", "dog"] },
      "labels must be in 0..1, got 5",
    ],
  ])("refuses %s", (_, dataset, message) => {
    expect(() => classBalanced().open(dataset, 1, 2)).toThrow(message);
  });
});
