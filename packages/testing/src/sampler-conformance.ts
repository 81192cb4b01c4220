import type { Sampler } from "@contrastive/core";
import { describe, expect, it } from "vitest";

export interface SamplerConformanceOptions {
  /** The factory, to check that the options rebuild the sampler and that an unknown one is refused. */
  readonly factory?: (options: never) => Sampler;
  /** False for a sampler that has one order by design, such as a sequential one; default true. */
  readonly random?: boolean;
  /** False for one that may leave samples out of an epoch; default true. */
  readonly covers?: boolean;
  /** For samplers that take only some; default 7. */
  readonly batchSize?: number;
}

const classes = ["a", "b", "c"];
// Uneven on purpose: 24, 12 and 4 samples.
const labels = Int32Array.from({ length: 40 }, (_, index) => (index % 10 < 6 ? 0 : index % 10 < 9 ? 1 : 2));
const dataset = { size: labels.length, labels, classes, shards: [16, 1, 16, 7] };

/**
 * Registers tests of all that a `Sampler` promises, on 40 samples of 3 classes of uneven size.
 *
 * ```ts
 * samplerConformance("shuffle", () => shuffle(), { factory: shuffle });
 * ```
 */
export function samplerConformance(
  name: string,
  make: () => Sampler,
  { factory, random = true, covers = true, batchSize = 7 }: SamplerConformanceOptions = {},
): void {
  const order = (epoch: number, seed = 1) => [...make().open(dataset, seed, batchSize).epoch(epoch)];

  describe(`sampler conformance: ${name}`, () => {
    it("has a name and options that JSON can hold", () => {
      const sampler = make();
      expect(sampler.name).not.toBe("");
      expect(JSON.parse(JSON.stringify(sampler.options))).toEqual(sampler.options);
    });

    if (factory !== undefined)
      it("is rebuilt by its options, and refuses an unknown one by name", () => {
        const { name, options, source } = make();
        expect(source, "source").toBeDefined();
        const again = factory(JSON.parse(JSON.stringify(options)) as never);
        expect({ name: again.name, options: again.options, source: again.source }).toEqual({
          name,
          options,
          source,
        });
        expect([...again.open(dataset, 1, batchSize).epoch(3)]).toEqual(order(3));
        expect(() => factory({ ...options, noSuchOption: 1 } as never)).toThrow(/noSuchOption/);
      });

    it("gives the same epoch again, whatever was asked for before", () => {
      const open = make().open(dataset, 1, batchSize);
      const first = [...open.epoch(2)];
      open.epoch(0);
      open.epoch(5);
      expect([...open.epoch(2)]).toEqual(first);
      expect(order(2)).toEqual(first);
    });

    it("gives indices of the dataset, and as many in every epoch", () => {
      for (const epoch of [0, 1, 17]) {
        const indices = make().open(dataset, 3, batchSize).epoch(epoch);
        expect(indices).toBeInstanceOf(Uint32Array);
        expect(indices.length).toBe(order(0).length);
        expect(Math.max(...indices)).toBeLessThan(dataset.size);
      }
    });

    if (covers)
      it("visits every sample in an epoch", () => {
        for (const epoch of [0, 1]) expect(new Set(order(epoch)).size).toBe(dataset.size);
      });

    if (random)
      it("has an order of its own for each epoch and each seed", () => {
        expect(order(0)).not.toEqual(order(1));
        expect(order(0, 1)).not.toEqual(order(0, 2));
      });

    it("leaves the dataset's labels as they are", () => {
      const before = [...labels];
      order(0);
      expect([...labels]).toEqual(before);
    });
  });
}
