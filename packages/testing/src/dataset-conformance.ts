import {
  type Dataset,
  describe as describeOptions,
  type OpenDataset,
  type RawImage,
  type Split,
} from "@contrastive/core";
import { describe, expect, it } from "vitest";

export interface DatasetConformanceOptions {
  /** The factory, to check that the options rebuild the dataset and that an unknown one is refused. */
  readonly factory?: (options: never) => Dataset;
  /** Those that the dataset has; default both. */
  readonly splits?: readonly Split[];
}

/**
 * Registers tests of all that a `Dataset` promises: plain options, sizes, labels, reads that depend on the index
 * alone, errors for what can't be read, abort and close. Reads a few dozen samples.
 *
 * ```ts
 * datasetConformance("cifar10", () => cifar10({ root }), { factory: cifar10 });
 * ```
 */
export function datasetConformance(
  name: string,
  make: () => Dataset,
  { factory, splits = ["train", "test"] }: DatasetConformanceOptions = {},
): void {
  describe(`dataset conformance: ${name}`, () => {
    it("has a name, options that JSON can hold and statistics in 0..1", () => {
      const dataset = make();
      const { name, statistics } = dataset;
      expect(name).not.toBe("");
      const described = describeOptions(dataset.options);
      expect(JSON.parse(JSON.stringify(described))).toEqual(described);
      expect(JSON.stringify(described)).not.toContain('"notReproducible":"function');
      if (statistics === undefined) return;
      expect(statistics.mean.length).toBe(statistics.std.length);
      for (const value of [...statistics.mean, ...statistics.std]) {
        expect(value).toBeGreaterThanOrEqual(0);
        expect(value).toBeLessThanOrEqual(1);
      }
    });

    if (factory !== undefined)
      it("is rebuilt by its options, and refuses an unknown one by name", async () => {
        const first = make();
        expect(first.source, "source").toBeDefined();
        const again = factory(JSON.parse(JSON.stringify(first.options)) as never);
        expect({ name: again.name, options: again.options, source: again.source }).toEqual({
          name: first.name,
          options: first.options,
          source: first.source,
        });
        const [a, b] = await Promise.all([first.open(splits[0]), again.open(splits[0])]);
        expect(await images(b, [0])).toEqual(await images(a, [0]));
        await Promise.all([a.close(), b.close()]);
        expect(() => factory({ ...first.options, noSuchOption: 1 } as never)).toThrow(/noSuchOption/);
      });

    for (const split of splits) describe(split, () => openDatasetTests(() => make().open(split)));

    if (splits.length > 1)
      it("has splits of different images", async () => {
        const [train, test] = await Promise.all([make().open("train"), make().open("test")]);
        const few = [0, 1, 2, 3].filter((index) => index < Math.min(train.size, test.size));
        expect(await images(train, few)).not.toEqual(await images(test, few));
        await Promise.all([train.close(), test.close()]);
      });
  });
}

function openDatasetTests(open: () => Promise<OpenDataset>): void {
  const opened = (title: string, test: (dataset: OpenDataset) => Promise<void>) =>
    it(title, async () => {
      const dataset = await open();
      try {
        await test(dataset);
      } finally {
        await dataset.close();
      }
    });

  opened("gives whole images", async (dataset) => {
    expect(dataset.size).toBeGreaterThan(0);
    for (const image of await images(dataset, some(dataset))) {
      expect(image.data).toBeInstanceOf(Uint8Array);
      expect([1, 3]).toContain(image.channels);
      expect(image.data.length).toBe(image.height * image.width * image.channels);
    }
  });

  opened("gives labels that are in range and agree with `labels`", async (dataset) => {
    const indices = some(dataset);
    const { labels } = await dataset.read(Uint32Array.from(indices));
    if (dataset.labels !== undefined) {
      expect(dataset.labels.length).toBe(dataset.size);
      expect([...(labels ?? [])]).toEqual(indices.map((index) => dataset.labels![index]));
    }
    for (const label of [...(labels ?? []), ...(dataset.labels ?? [])]) {
      expect(label).toBeGreaterThanOrEqual(0);
      expect(label).toBeLessThan(dataset.classes?.length ?? Infinity);
    }
  });

  opened(
    "gives a sample the same bytes in any order, repeated, and from another opening",
    async (dataset) => {
      const indices = some(dataset);
      const forward = await images(dataset, indices);
      const backward = await images(dataset, indices.toReversed());
      expect(backward.toReversed()).toEqual(forward);
      expect(await images(dataset, [indices[0], indices[0]])).toEqual([forward[0], forward[0]]);
      const another = await open();
      expect(await images(another, indices)).toEqual(forward);
      await another.close();
    },
  );

  opened("answers reads that overlap", async (dataset) => {
    const indices = some(dataset);
    const expected = await images(dataset, indices);
    const together = await Promise.all(indices.map((index) => images(dataset, [index])));
    expect(together.flat()).toEqual(expected);
  });

  opened("reads nothing for no indices", async (dataset) => {
    expect(await images(dataset, [])).toEqual([]);
  });

  opened(
    "refuses an index that is out of range and names it, and can be read afterwards",
    async (dataset) => {
      const beyond = dataset.size + 3;
      await expect(images(dataset, [0, beyond])).rejects.toThrow(String(beyond));
      expect(await images(dataset, [0])).toHaveLength(1);
    },
  );

  opened("rejects an aborted read with the signal's reason, and can be read afterwards", async (dataset) => {
    const reason = new Error("stopped by the test");
    await expect(dataset.read(Uint32Array.of(0), AbortSignal.abort(reason))).rejects.toBe(reason);
    expect(await images(dataset, [0])).toHaveLength(1);
  });

  opened("settles a read that is aborted under way", async (dataset) => {
    const stop = new AbortController();
    const reason = new Error("stopped by the test");
    const reading = dataset.read(Uint32Array.from(some(dataset)), stop.signal);
    stop.abort(reason);
    // It may have been too late to stop it.
    await reading.catch((error) => expect(error).toBe(reason));
  });

  it("closes, more than once, and refuses to be read then", async () => {
    const dataset = await open();
    await dataset.close();
    await dataset.close();
    await expect(images(dataset, [0])).rejects.toThrow(/clos/);
  });
}

async function images(dataset: OpenDataset, indices: readonly number[]): Promise<readonly RawImage[]> {
  return (await dataset.read(Uint32Array.from(indices))).images;
}

/** A few indices from all over, the last among them. */
function some({ size }: OpenDataset): number[] {
  return [...new Set([0, 1, 7, 11, size >> 1, size - 1])].filter((index) => index >= 0 && index < size);
}
