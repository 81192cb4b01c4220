import type { RawImage } from "@contrastive/core";
import { datasetConformance } from "@contrastive/testing";
import { describe, expect, it } from "vitest";
import { fromArrays } from "./index.js";

const grey = (value: number, height = 1, width = 2): RawImage => ({
  data: new Uint8Array(height * width).fill(value),
  height,
  width,
  channels: 1,
});
const train = Array.from({ length: 13 }, (_, i) => grey(i));
const labels = train.map((_, i) => i % 3);
const test = { images: [grey(100), grey(101), grey(102), grey(103)], labels: [2, 1, 0, 2] };

datasetConformance("from-arrays", () =>
  fromArrays({ images: train, labels, classes: ["a", "b", "c"], test }),
);
datasetConformance("from-arrays without labels", () => fromArrays({ images: train }), { splits: ["train"] });

describe("fromArrays", () => {
  it("gives the images and labels that it was given", async () => {
    const open = await fromArrays({ images: train, labels, test }).open("test");
    const read = await open.read(Uint32Array.of(3, 1));
    expect(read.images).toEqual([test.images[3], test.images[1]]);
    expect(read.labels).toEqual(Int32Array.of(2, 1));
  });

  it("gives soft labels row by row, beside labels or alone", async () => {
    const softLabels = train.map((_, i) => [i % 2, 0.5, i]);
    for (const given of [{ labels }, {}]) {
      const open = await fromArrays({ images: train, softLabels, ...given }).open("train");
      const read = await open.read(Uint32Array.of(3, 0));
      expect(read.softLabels).toEqual(Float32Array.of(1, 0.5, 3, 0, 0.5, 0));
      expect(read.labels).toEqual("labels" in given ? Int32Array.of(0, 0) : undefined);
    }
  });

  it("says that there is no test split", async () => {
    await expect(fromArrays({ images: train }).open("test")).rejects.toThrow(
      'dataset "from-arrays": it has no test split. Give it as `test: { images, labels }`',
    );
  });

  it.each([
    ["too few labels", { images: train, labels: [0] }, "a label for each of the 13 images, got 1"],
    [
      "a label without a class",
      { images: [grey(1), grey(2)], labels: [0, 2], classes: ["a", "b"] },
      "train: label 1 must be an integer in 0..1, got 2",
    ],
    ["a label below 0", { images: [grey(1)], labels: [-1] }, "label 0 must be an integer >= 0, got -1"],
    [
      "an image of the wrong size",
      { images: [grey(1)], test: { images: [{ ...grey(1), width: 3 }] } },
      "test: image 0 of 1 × 3 × 1 must have 3 values, got 2",
    ],
    [
      "soft labels of too few images",
      { images: train, softLabels: [[1, 0]] },
      "train: there must be a row of softLabels for each of the 13 images, got 1",
    ],
    [
      "soft labels of another number of classes",
      { images: [grey(1)], softLabels: [[1, 0, 1]], classes: ["a", "b"] },
      "train: softLabels 0 must be 2 numbers >= 0, one a class, got [1,0,1]",
    ],
    [
      "soft labels that are no number",
      {
        images: [grey(1), grey(2)],
        softLabels: [
          [1, 0],
          [Number.NaN, 1],
        ],
      },
      "softLabels 1 must be 2 numbers >= 0",
    ],
  ])("refuses %s", (_, options, message) => {
    expect(() => fromArrays(options)).toThrow(message);
  });
});
