import { samplerConformance } from "@contrastive/testing";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { countBy, datasetOf, runsOf } from "../test/labelled.js";
import { mPerClass } from "./index.js";

samplerConformance("m-per-class", () => mPerClass(), { factory: mPerClass, batchSize: 8 });
samplerConformance(
  "m-per-class, as long as the dataset",
  () => mPerClass({ samplesPerClass: 7, epochLength: "dataset" }),
  { factory: mPerClass, covers: false },
);

describe("m-per-class", () => {
  const problems = fc.array(fc.integer({ min: 1, max: 20 }), { minLength: 1, maxLength: 9 }).chain((sizes) =>
    fc.record({
      sizes: fc.constant(sizes),
      samplesPerClass: fc.integer({ min: 1, max: 6 }),
      classes: fc.integer({ min: 1, max: sizes.length }),
      epoch: fc.nat(100),
    }),
  );

  it("holds as many samples of each class of a batch, distinct ones where there are, and covers the dataset", () => {
    fc.assert(
      fc.property(problems, ({ sizes, samplesPerClass, classes, epoch }) => {
        const dataset = datasetOf(sizes);
        const batchSize = samplesPerClass * classes;
        const order = mPerClass({ samplesPerClass }).open(dataset, 1, batchSize).epoch(epoch);
        expect(order.length % batchSize).toBe(0);
        expect(new Set(order).size).toBe(dataset.size);
        const drawn = sizes.map(() => 0);
        for (const batch of runsOf(order, batchSize)) {
          const counts = countBy(batch, (index) => dataset.labels[index]);
          expect([...counts.values()]).toEqual(Array<number>(classes).fill(samplesPerClass));
          for (const label of counts.keys()) drawn[label]++;
          for (const [index, times] of countBy(batch, (index) => index)) {
            expect(times).toBeLessThanOrEqual(Math.ceil(samplesPerClass / sizes[dataset.labels[index]]));
          }
        }
        // All classes are drawn before any comes again.
        expect(Math.max(...drawn) - Math.min(...drawn)).toBeLessThanOrEqual(1);
      }),
    );
  });

  it("visits the samples of a class equally often, give or take one", () => {
    fc.assert(
      fc.property(problems, ({ sizes, samplesPerClass, classes, epoch }) => {
        const dataset = datasetOf(sizes);
        const open = mPerClass({ samplesPerClass }).open(dataset, 1, samplesPerClass * classes);
        const visits = countBy(open.epoch(epoch), (index) => index);
        sizes.forEach((_, label) => {
          const ofClass = [...visits].flatMap(([index, times]) =>
            dataset.labels[index] === label ? [times] : [],
          );
          expect(Math.max(...ofClass) - Math.min(...ofClass)).toBeLessThanOrEqual(1);
        });
      }),
    );
  });

  it("brings every two classes together, and in no fixed order", () => {
    const dataset = datasetOf([40, 40, 40, 40, 40]);
    const order = mPerClass({ samplesPerClass: 2 }).open(dataset, 1, 6).epoch(0);
    const batches = [...runsOf(order, 6)].map((batch) => [...batch].map((index) => dataset.labels[index]));
    expect(new Set(batches.map((labels) => [...new Set(labels)].sort().join())).size).toBe(10);
    expect(new Set(batches.map((labels) => labels.join())).size).toBeGreaterThan(25);
  });

  it("is as long as it takes to cover the dataset, or as the dataset", () => {
    const dataset = datasetOf([9, 2, 1, 5]);
    const length = (epochLength: "cover" | "dataset") =>
      mPerClass({ samplesPerClass: 4, epochLength }).open(dataset, 1, 8).epoch(0).length;
    // Three draws of each of four classes, two a batch.
    expect(length("cover")).toBe(48);
    expect(length("dataset")).toBe(16);
  });

  it("has one batch at least, however small the dataset", () => {
    const open = mPerClass({ epochLength: "dataset" }).open(datasetOf([2, 1]), 1, 8);
    expect(open.epoch(0)).toHaveLength(8);
  });

  it.each([
    [10, "the batch size must be a multiple of samplesPerClass, 4, got 10"],
    [16, "4 samples of each of 3 classes fill a batch of 12 at most, got 16"],
  ])("refuses a batch of %d", (batchSize, message) => {
    expect(() => mPerClass().open(datasetOf([5, 5, 5]), 1, batchSize)).toThrow(message);
  });

  it("refuses data without labels by its own name", () => {
    expect(() => mPerClass().open({ size: 4 }, 1, 4)).toThrow(
      'sampler "m-per-class": the dataset must have labels',
    );
  });
});
