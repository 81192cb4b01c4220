import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { OpenDataset } from "@contrastive/core";
import { datasetConformance } from "@contrastive/testing";
import { describe, expect, it } from "vitest";
import { serve } from "../../data/test/server.js";
import { temporaryFolder } from "../../data/test/temporary.js";
import { parquet, type ParquetOptions, type SkippedImage } from "./index.js";

/** Written by pyarrow: see bench/peers/parquet_fixtures.py. */
const fixtures = fileURLToPath(new URL("../fixtures", import.meta.url));
const file = (name: string) => join(fixtures, name);
const both = {
  train: file("train-{00000..00001}-of-00002.parquet"),
  test: file("test-*.parquet"),
  size: 8,
};

const greys = async (dataset: OpenDataset) => {
  const all = Uint32Array.from({ length: dataset.size }, (_, i) => i);
  return (await dataset.read(all)).images.map(({ data }) => data[0]);
};

datasetConformance("parquet", () => parquet(both), { factory: parquet });
datasetConformance("parquet, nothing kept and test held out", () =>
  parquet({ train: file("train-*.parquet"), size: 8, keepBytes: 0, testFraction: 0.4 }),
);

describe("files of Hugging Face", () => {
  it("have images, labels with their names, and row groups", async () => {
    const train = await parquet(both).open("train");
    expect(train.classes).toEqual(["cat", "dog", "owl"]);
    expect(train.labels).toEqual(Int32Array.of(0, 1, 2, 0, 1, 2, 0, 1, 2, 0, 1, 2));
    expect(train.shards).toEqual([3, 3, 1, 3, 2]);
    expect(await greys(train)).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11]);
    const test = await parquet(both).open("test");
    expect(test.labels).toEqual(Int32Array.of(2, 1, 0, 2));
    expect(await greys(test)).toEqual([100, 101, 102, 103]);
  });

  it("hold an even share of each class out where there are no files for test", async () => {
    const data = parquet({ train: file("train-*.parquet"), size: 8, testFraction: 0.25 });
    const [train, test] = await Promise.all([data.open("train"), data.open("test")]);
    expect(test.labels).toEqual(Int32Array.of(0, 1, 2));
    expect(train.shards).toEqual([3, 3, 1, 2]);
    expect(train.classes).toEqual(test.classes);
  });

  it("take other names for their classes, or no labels", async () => {
    expect((await parquet({ ...both, classes: ["a", "b", "c"] }).open("train")).classes).toEqual([
      "a",
      "b",
      "c",
    ]);
    const { labels, classes } = await parquet({ ...both, label: "none" }).open("train");
    expect([labels, classes]).toEqual([undefined, undefined]);
    await expect(parquet({ ...both, classes: ["a", "b"] }).open("test")).rejects.toThrow(
      'test-00000-of-00001.parquet row 0 must be a class index in 0..1, got "2"',
    );
  });
});

it.each(["zstd", "gzip", "none"])(
  "files of others, compressed by %s: bytes in a column, names for labels",
  async (codec) => {
    const train = file(`plain-${codec}.parquet`);
    const open = await parquet({ train, image: "picture", label: "kind", testFraction: 0, size: 8 }).open(
      "train",
    );
    expect(open.classes).toEqual(["x", "y"]);
    expect(open.labels).toEqual(Int32Array.of(0, 1, 0));
    expect(await greys(open)).toEqual([50, 60, 70]);
  },
);

it("reads the parts that it needs of a file on a server", async () => {
  const bytes = await readFile(file("train-00000-of-00002.parquet"));
  const asked: number[] = [];
  const url = await serve((request, response) => {
    const [, first, last] = /^bytes=(\d+)-(\d+)$/.exec(request.headers.range ?? "")!.map(Number);
    asked.push(last + 1 - first);
    const headers = { "content-range": `bytes ${first}-${last}/${bytes.length}` };
    response.writeHead(206, headers).end(bytes.subarray(first, last + 1));
  });
  const open = await parquet({ train: `${url}/a.parquet`, testFraction: 0, size: 8 }).open("train");
  const { length } = asked;
  expect((await open.read(Uint32Array.of(4, 5))).images.map(({ data }) => data[0])).toEqual([4, 5]);
  // One row group, which holds both.
  expect(asked.slice(length)).toHaveLength(1);
});

const wrong = (options: Partial<ParquetOptions> = {}) =>
  parquet({ train: file("wrong.parquet"), testFraction: 0, size: 8, ...options }).open("train");

describe("what is wrong", () => {
  it("with a row is named, or skipped as asked", async () => {
    const open = await wrong();
    await expect(open.read(Uint32Array.of(1))).rejects.toThrow(
      /wrong\.parquet row 1 can't be read: it has no bytes, but a path, far\/away\.png\. Mend/,
    );
    await expect(open.read(Uint32Array.of(2))).rejects.toThrow(
      /wrong\.parquet row 2 can't be read: it is empty/,
    );
    await expect(open.read(Uint32Array.of(3))).rejects.toThrow(/wrong\.parquet row 3 can't be read: /);
    const told: SkippedImage[] = [];
    const skipping = await wrong({ onError: "skip", onSkip: (skipped) => told.push(skipped) });
    expect(await greys(skipping)).toEqual([1, 1, 1, 1]);
    expect(told).toHaveLength(3);
  });

  it.each([
    [
      { image: "img" },
      /wrong\.parquet has no column "img", but image, label, unknown\. Set image to one of these$/,
    ],
    [
      { label: "fine" },
      /has no column "fine", but image, label, unknown\. Set label to one of these, or to "none"/,
    ],
    [
      { label: "unknown" },
      /the label of .*wrong\.parquet row 1 must be a number or a name, got (null|undefined)/,
    ],
    [{ label: "image" }, /the label of .*wrong\.parquet row 0 must be a number or a name/],
    [{ train: "no/such.parquet" }, /there is no .*no\/such\.parquet/],
    [{ train: "no/*.parquet" }, /there is no .*no\/\*\.parquet/],
  ])("with columns or paths: %o", async (options, message) => {
    await expect(wrong(options)).rejects.toThrow(message);
  });

  it("with a file, wherever it is cut", async () => {
    const root = await temporaryFolder();
    const path = join(root, "a.parquet");
    const bytes = await readFile(file("test-00000-of-00001.parquet"));
    for (const length of [0, 3, 11, 20, bytes.length >> 1, bytes.length - 1]) {
      await writeFile(path, bytes.subarray(0, length));
      await expect(parquet({ train: path }).open("train"), `${length} bytes`).rejects.toThrow(
        /a\.parquet can't be read as Parquet: .*\. It is cut short, damaged or of another format: download it again/,
      );
    }
  });
});
