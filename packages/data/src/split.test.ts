import { datasetConformance } from "@contrastive/testing";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { fromArrays, openIndexed, split } from "./index.js";

const image = (index: number) => ({ data: Uint8Array.of(index), height: 1, width: 1, channels: 1 }) as const;
const whole = (size: number, classes?: number, close?: () => void) =>
  openIndexed({
    who: "test",
    size,
    image,
    close,
    ...(classes && { labels: Int32Array.from({ length: size }, (_, i) => i % classes) }),
  });

const images = Array.from({ length: 50 }, (_, i) => image(i));
const data = fromArrays({ images, labels: images.map((_, i) => i % 4) });
datasetConformance("a part of a split", () => ({
  ...data,
  open: async (name) => split(await data.open("train"), { train: 0.6, test: 0.4 })[name],
}));

const labelsOf = (seed: number) => [...split(whole(60, 3), { a: 0.5 }, { seed, byClass: false }).a.labels!];

describe("split", () => {
  it("divides all samples, each into one part, by class", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 20, max: 200 }),
        fc.integer({ min: 0, max: 4 }),
        fc.nat(99),
        async (size, classes, seed) => {
          const parts = split(whole(size, classes), { a: 0.5, b: 0.3, c: 0.2 }, { seed });
          const read = await Promise.all(
            Object.values(parts).map((part) =>
              part.read(Uint32Array.from({ length: part.size }, (_, i) => i)),
            ),
          );
          const all = read.flatMap(({ images }) => images.map(({ data }) => data[0]));
          expect(all.sort((x, y) => x - y)).toEqual(Array.from({ length: size }, (_, i) => i));
          for (let label = 0; label < classes; label++) {
            const inClass = Math.floor((size + classes - 1 - label) / classes);
            const count = parts.a.labels!.filter((other) => other === label).length;
            expect(Math.abs(count - inClass / 2)).toBeLessThanOrEqual(0.5);
          }
        },
      ),
    );
  });

  it("is the same for a seed, and leaves out what no part wants", async () => {
    expect(labelsOf(1)).toEqual(labelsOf(1));
    expect(labelsOf(1)).not.toEqual(labelsOf(2));
    expect(labelsOf(1)).toHaveLength(30);
  });

  it("closes the dataset once all parts are closed, and reads no part that is", async () => {
    let closed = 0;
    const { a, b } = split(
      whole(10, undefined, () => void closed++),
      { a: 0.5, b: 0.5 },
    );
    await a.close();
    await a.close();
    expect(closed).toBe(0);
    await expect(a.read(Uint32Array.of(0))).rejects.toThrow("split: it was read after it was closed");
    expect((await b.read(Uint32Array.of(0))).images).toHaveLength(1);
    await b.close();
    expect(closed).toBe(1);
  });

  it.each([
    [{ a: 0.6, b: 0.5 }, "shares must be > 0 and sum to at most 1, got [0.6,0.5]"],
    [{ a: 0 }, "shares must be > 0"],
    [{}, "shares must be > 0"],
    [{ a: 0.9, b: 0.001 }, 'part "b" would be empty'],
  ])("refuses %o", (shares: Record<string, number>, message) => {
    expect(() => split(whole(20), shares)).toThrow(message);
  });
});
