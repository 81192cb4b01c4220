import type { OpenDataset, RawImage } from "@contrastive/core";
import { datasetConformance } from "@contrastive/testing";
import { describe, expect, it } from "vitest";
import { fromArrays, limit, openIndexed, subset } from "./index.js";

const image = (index: number): RawImage => ({ data: Uint8Array.of(index), height: 1, width: 1, channels: 1 });
const images = Array.from({ length: 50 }, (_, index) => image(index));
const whole = fromArrays({ images, labels: images.map((_, i) => i % 4), classes: ["a", "b", "c", "d"] });
const values = async (dataset: OpenDataset) =>
  (await dataset.read(Uint32Array.from({ length: dataset.size }, (_, i) => i))).images.map(
    ({ data }) => data[0],
  );

datasetConformance(
  "a subset",
  () => ({ ...whole, open: async () => subset(await whole.open("train"), [30, 2, 11, 11, 49]) }),
  { splits: ["train"] },
);

describe("subset", () => {
  it("holds the samples and labels it was told to, in order", async () => {
    const some = subset(await whole.open("train"), [30, 2, 11, 11]);
    expect(some.size).toBe(4);
    expect(some.classes).toEqual(["a", "b", "c", "d"]);
    expect(some.labels).toEqual(Int32Array.of(2, 2, 3, 3));
    expect(await values(some)).toEqual([30, 2, 11, 11]);
    expect((await some.read(Uint32Array.of(2, 0))).labels).toEqual(Int32Array.of(3, 2));
  });

  it("refuses an index that the dataset does not have", async () => {
    const open = await whole.open("train");
    expect(() => subset(open, [0, 50])).toThrow("subset: an index must be in 0..49, got 50");
  });

  it("closes the dataset", async () => {
    let closed = 0;
    const open = openIndexed({ who: "test", size: 2, image, close: () => void closed++ });
    await subset(open, [0]).close();
    await open.close();
    expect(closed).toBe(1);
  });
});

describe("limit", () => {
  it("draws the same samples for a seed, in ascending order, without repetition", async () => {
    const open = await whole.open("train");
    const drawn = await values(limit(open, 20, 7));
    expect(new Set(drawn).size).toBe(20);
    expect(drawn).toEqual(drawn.toSorted((a, b) => a - b));
    expect(await values(limit(open, 20, 7))).toEqual(drawn);
    expect(await values(limit(open, 20, 8))).not.toEqual(drawn);
    expect(await values(limit(open, 50, 7))).toEqual(await values(open));
  });

  it.each([0, 51, 2.5])("refuses a count of %d", async (count) => {
    const open = await whole.open("train");
    expect(() => limit(open, count, 1)).toThrow(`count must be an integer in 1..50`);
  });
});
