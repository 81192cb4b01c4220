import { describe as described, resolvePlugin } from "@contrastive/core";
import { fromArrays } from "@contrastive/data";
import { synthetic } from "@contrastive/data-synthetic";
import { datasetConformance } from "@contrastive/testing";
import { describe, expect, it } from "vitest";
import { picture } from "../test/sequence.js";
import * as corruptions from "./index.js";
import { corrupted, type CorruptedOptions } from "./index.js";

const images = Array.from({ length: 12 }, (_, i) => ({
  ...picture(16, 16),
  data: picture(16, 16).data.map((value) => value + i),
}));
const labels = images.map((_, i) => i % 3);
const data = fromArrays({
  images,
  labels,
  classes: ["a", "b", "c"],
  test: { images: images.slice(0, 7), labels: labels.slice(0, 7) },
});
const noisy = (options: Partial<CorruptedOptions> = {}) =>
  corrupted({ data, name: "gaussianNoise", severity: 3, ...options });
const read = async (dataset: ReturnType<typeof noisy>, split: "train" | "test", indices: readonly number[]) =>
  (await (await dataset.open(split)).read(Uint32Array.from(indices))).images;

datasetConformance("corrupted", () => noisy());
datasetConformance("corrupted, both splits", () => noisy({ name: "snow", split: "both" }));

describe("corrupted", () => {
  it("changes the test split alone, or those that it is told, and keeps labels", async () => {
    for (const [split, changed] of [
      [undefined, ["test"]],
      ["train", ["train"]],
      ["both", ["train", "test"]],
    ] as const) {
      for (const of of ["train", "test"] as const) {
        const got = await read(noisy(split && { split }), of, [2]);
        if (changed.some((name) => name === of)) expect(got).not.toEqual([images[2]]);
        else expect(got).toEqual([images[2]]);
      }
    }
    const open = await noisy().open("test");
    expect((await open.read(Uint32Array.of(1, 5))).labels).toEqual(Int32Array.of(1, 2));
    expect([open.size, open.classes]).toEqual([7, ["a", "b", "c"]]);
  });

  it("has noise of its own for each sample, seed, severity and split", async () => {
    const same = {
      ...data,
      open: async () => fromArrays({ images: images.map(() => images[0]) }).open("train"),
    };
    const of = async (options: Partial<CorruptedOptions>, index = 0, split: "train" | "test" = "test") =>
      (await read(noisy({ data: same, split: "both", ...options }), split, [index]))[0].data;
    const first = await of({});
    for (const other of [
      await of({}, 1),
      await of({ seed: 1 }),
      await of({ severity: 4 }),
      await of({}, 0, "train"),
    ])
      expect(other).not.toEqual(first);
  });

  it("is rebuilt by its record", async () => {
    const dataset = corrupted({ data: synthetic({ test: 4 }), name: "fog", severity: 5, seed: 9 });
    const loader = {
      names: {},
      import: async (module: string) =>
        module === "@contrastive/corruptions" ? { ...corruptions } : { synthetic },
    };
    const again = await resolvePlugin("dataset", JSON.parse(JSON.stringify(described(dataset))), loader);
    expect(described(again)).toEqual(described(dataset));
    expect(await read(again as typeof dataset, "test", [3])).toEqual(await read(dataset, "test", [3]));
  });

  it("refuses what it does not know", () => {
    expect(() => noisy({ name: "rain" as never })).toThrow(
      /dataset "corrupted": name must be "gaussianNoise" or .*got "rain"/,
    );
    expect(() => noisy({ severity: 0 as never })).toThrow(/dataset "corrupted": severity must be .*got 0/);
    expect(() => noisy({ data: 3 as never })).toThrow('dataset "corrupted": data must be a dataset, got 3');
  });
});
