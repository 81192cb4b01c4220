import { samplerConformance } from "@contrastive/testing";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { countBy, datasetOf, runsOf } from "../test/labelled.js";
import { hierarchical } from "./index.js";

samplerConformance("hierarchical", () => hierarchical({ superClasses: [0, 1, 1], samplesPerClass: 4 }), {
  factory: hierarchical,
  batchSize: 8,
});
samplerConformance(
  "hierarchical, as long as the dataset",
  () =>
    hierarchical({
      superClasses: [5, 2, 5],
      samplesPerClass: 7,
      superClassesPerBatch: 1,
      epochLength: "dataset",
    }),
  { factory: hierarchical, covers: false },
);

describe("hierarchical", () => {
  const problems = fc
    .array(fc.array(fc.integer({ min: 1, max: 9 }), { minLength: 1, maxLength: 4 }), {
      minLength: 1,
      maxLength: 5,
    })
    .chain((groups) =>
      fc.record({
        groups: fc.constant(groups),
        samplesPerClass: fc.integer({ min: 1, max: 4 }),
        superClassesPerBatch: fc.integer({ min: 1, max: groups.length }),
        classes: fc.integer({ min: 1, max: Math.min(...groups.map((group) => group.length)) }),
        epoch: fc.nat(100),
      }),
    );

  it("makes batches of super-classes, classes and samples in equal shares, and covers the dataset", () => {
    fc.assert(
      fc.property(problems, ({ groups, samplesPerClass, superClassesPerBatch, classes, epoch }) => {
        const dataset = datasetOf(groups.flat());
        const superClasses = groups.flatMap((group, g) => group.map(() => 10 * g));
        const batchSize = superClassesPerBatch * classes * samplesPerClass;
        const sampler = hierarchical({ superClasses, samplesPerClass, superClassesPerBatch });
        const order = sampler.open(dataset, 1, batchSize).epoch(epoch);
        expect(order.length % batchSize).toBe(0);
        expect(new Set(order).size).toBe(dataset.size);
        const drawn = new Map(superClasses.map((superClass) => [superClass, 0]));
        for (const batch of runsOf(order, batchSize)) {
          const ofClass = countBy(batch, (index) => dataset.labels[index]);
          const ofSuperClass = countBy(ofClass.keys(), (label) => superClasses[label]);
          expect(new Set(ofClass.values())).toEqual(new Set([samplesPerClass]));
          expect([...ofSuperClass.values()]).toEqual(Array<number>(superClassesPerBatch).fill(classes));
          for (const superClass of ofSuperClass.keys()) drawn.set(superClass, drawn.get(superClass)! + 1);
        }
        expect(Math.max(...drawn.values()) - Math.min(...drawn.values())).toBeLessThanOrEqual(1);
      }),
    );
  });

  it("brings every two super-classes together", () => {
    const dataset = datasetOf(Array<number>(12).fill(30));
    const superClasses = Array.from({ length: 12 }, (_, label) => label % 4);
    const order = hierarchical({ superClasses, samplesPerClass: 2 }).open(dataset, 1, 12).epoch(0);
    const met = [...runsOf(order, 12)].map((batch) =>
      [...new Set(Array.from(batch, (index) => superClasses[dataset.labels[index]]))].sort().join(),
    );
    expect(new Set(met).size).toBe(6);
  });

  it("is as long as it takes to cover the dataset, or as the dataset", () => {
    // Two super-classes of two classes; the largest class has 9 samples, three draws of 4.
    const dataset = datasetOf([9, 2, 3, 6]);
    const length = (epochLength: "cover" | "dataset") =>
      hierarchical({ superClasses: [0, 0, 1, 1], samplesPerClass: 4, epochLength })
        .open(dataset, 1, 8)
        .epoch(0).length;
    expect(length("cover")).toBe(6 * 8);
    expect(length("dataset")).toBe(16);
  });

  it.each([
    [{ superClasses: [0, 1] }, 8, "superClasses must name the super-class of each of 4 classes, got 2"],
    [{ superClassesPerBatch: 3 }, 12, "superClassesPerBatch must be at most 2, as many as there are, got 3"],
    [{}, 12, "the batch size must be a multiple of superClassesPerBatch × samplesPerClass, 8, got 12"],
    [
      {},
      24,
      "with 1 classes in the smallest super-class, a batch has room for 8 samples at most, got 24. Raise samplesPerClass",
    ],
  ])("refuses %o for a batch of %d", (options, batchSize, message) => {
    const sampler = hierarchical({ superClasses: [0, 0, 0, 1], ...options });
    expect(() => sampler.open(datasetOf([3, 3, 3, 3]), 1, batchSize)).toThrow(
      `sampler "hierarchical": ${message}`,
    );
  });

  it("needs to be told the super-classes", () => {
    expect(() => hierarchical({} as never)).toThrow('sampler "hierarchical": superClasses must be an array');
  });
});
