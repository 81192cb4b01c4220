import { readdir, readFile, utimes, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { OpenDataset, RawImage } from "@contrastive/core";
import { describe, expect, it } from "vitest";
import { temporaryFolder, writeFiles } from "../../data/test/temporary.js";
import { catsAndDogs, flat } from "../test/images.js";
import { imageFolder, type ImageFolderOptions } from "./index.js";

async function folders() {
  const root = await writeFiles(await temporaryFolder(), await catsAndDogs(3));
  return { root, cache: join(await temporaryFolder(), "cache") };
}

const open = (options: ImageFolderOptions) =>
  imageFolder({ size: 4, testFraction: 0, ...options }).open("train");
const readAll = async (dataset: OpenDataset, indices = Array.from({ length: dataset.size }, (_, i) => i)) =>
  (await dataset.read(Uint32Array.from(indices))).images;

/** Reads them all, and closes. */
async function once(options: ImageFolderOptions, indices?: number[]): Promise<readonly RawImage[]> {
  const dataset = await open(options);
  try {
    return await readAll(dataset, indices);
  } finally {
    await dataset.close();
  }
}

/** Makes the files unreadable, and leaves their sizes and times as they were. */
async function spoil(root: string): Promise<void> {
  for (const [name, bytes] of Object.entries(await catsAndDogs(3))) {
    const path = join(root, name);
    await writeFile(path, new Uint8Array(bytes.length));
    await utimes(path, 1, 1);
  }
}

async function withOldTimes(root: string): Promise<void> {
  for (const name of Object.keys(await catsAndDogs(3))) await utimes(join(root, name), 1, 1);
}

describe("the cache of pixels", () => {
  it("gives the images of the first epoch in the second and in later openings, without the files", async () => {
    const { root, cache } = await folders();
    await withOldTimes(root);
    const expected = await once({ root });
    const dataset = await open({ root, cache });
    expect(await readAll(dataset)).toEqual(expected);
    // Complete, and in its place before it is closed.
    expect(await readdir(cache)).toEqual([expect.stringMatching(/^train-[0-9a-f]{16}\.pixels$/)]);
    await spoil(root);
    expect(await readAll(dataset)).toEqual(expected);
    await dataset.close();
    expect(await once({ root, cache })).toEqual(expected);
    expect(await readdir(cache)).toHaveLength(1);
  });

  it("keeps what was read of it, and grows", async () => {
    const { root, cache } = await folders();
    await withOldTimes(root);
    const expected = await once({ root });
    await once({ root, cache }, [1, 4]);
    expect(await readdir(cache)).toHaveLength(1);
    expect(await once({ root, cache }, [5, 4, 0])).toEqual([5, 4, 0].map((index) => expected[index]));
    expect(await readdir(cache)).toHaveLength(1);
    await spoil(root);
    expect(await once({ root, cache }, [0, 1, 4, 5])).toEqual([0, 1, 4, 5].map((index) => expected[index]));
    await expect(once({ root, cache }, [2])).rejects.toThrow("cats/2.png can't be read");
  });

  it("is written once, however many reads of its images overlap", async () => {
    const { root } = await folders();
    const expected = await once({ root });
    for (let round = 0; round < 10; round++) {
      const cache = await temporaryFolder();
      const dataset = await open({ root, cache });
      const reads = await Promise.all(Array.from({ length: 4 }, () => readAll(dataset)));
      for (const images of reads) expect(images).toEqual(expected);
      await dataset.close();
      expect(await once({ root, cache })).toEqual(expected);
      expect(await readdir(cache)).toEqual([expect.stringMatching(/\.pixels$/)]);
    }
  });

  it("holds images of several shapes, and lays them out as its format says", async () => {
    const root = await writeFiles(await temporaryFolder(), {
      "a.png": await flat("red", { width: 8, height: 4 }).png().toBuffer(),
      "b.png": await flat("blue", { width: 4, height: 12 }).png().toBuffer(),
    });
    const cache = await temporaryFolder();
    const expected = await once({ root, fit: "shorter-side", cache });
    expect(expected.map(({ height, width }) => [height, width])).toEqual([
      [4, 8],
      [12, 4],
    ]);
    expect(await once({ root, fit: "shorter-side", cache })).toEqual(expected);
    const [name] = await readdir(cache);
    const bytes = await readFile(join(cache, name));
    expect(bytes.toString("latin1", 0, 21)).toBe("contrastive pixels 1\n");
    const index = Number(bytes.readBigUInt64LE(bytes.length - 32));
    expect(bytes.readUInt32LE(bytes.length - 24)).toBe(2);
    const offset = Number(bytes.readBigUInt64LE(index + 24));
    expect(offset % 64).toBe(0);
    expect(bytes.subarray(offset, offset + 144)).toEqual(Buffer.from(expected[1].data));
  });

  it.each([
    ["another size", { size: 6 }],
    ["another fit", { fit: "shorter-side" }],
  ] as const)("is another for %s", async (_, options) => {
    const { root, cache } = await folders();
    await once({ root, cache });
    expect(await once({ root, cache, ...options })).toEqual(await once({ root, ...options }));
    expect(await readdir(cache)).toHaveLength(2);
  });

  it("is another where a file has changed", async () => {
    const { root, cache } = await folders();
    await once({ root, cache });
    await writeFile(join(root, "cats/0.png"), await flat("blue").png().toBuffer());
    expect((await once({ root, cache }))[0].data.subarray(0, 3)).toEqual(Uint8Array.of(0, 0, 255));
  });

  it("leaves out what is skipped, and gives the same", async () => {
    const { root, cache } = await folders();
    await writeFile(join(root, "cats/1.png"), "no");
    const told: string[] = [];
    const options = {
      root,
      cache,
      onError: "skip",
      onSkip: ({ path }: { path: string }) => told.push(path),
    } as const;
    const first = await once(options);
    expect(first[1]).toEqual(first[2]);
    expect(await once(options)).toEqual(first);
    expect(told).toEqual(["cats/1.png", "cats/1.png"]);
    expect(await readdir(cache)).toHaveLength(1);
  });

  it("says that it is damaged, wherever that is", async () => {
    const { root, cache } = await folders();
    await once({ root, cache });
    const path = join(cache, (await readdir(cache))[0]);
    const bytes = await readFile(path);
    const complaint = `dataset "image-folder": the cache ${path} `;
    for (const [at, what] of [
      [30, "has a wrong checksum"],
      [4096 + 5, "has a wrong checksum at image "],
      [bytes.length - 40, "has a wrong checksum"],
      [bytes.length - 10, "has no end"],
      [bytes.length - 30, "is not as long as it says"],
    ] as const) {
      const spoilt = Buffer.from(bytes);
      spoilt[at] ^= 1;
      // The last mark is zeros after its text.
      if (at === bytes.length - 10) spoilt[bytes.length - 16] ^= 1;
      await writeFile(path, spoilt);
      await expect(once({ root, cache })).rejects.toThrow(`${complaint}${what}`);
    }
    await writeFile(path, bytes.subarray(0, bytes.length >> 1));
    await expect(once({ root, cache })).rejects.toThrow(`${complaint}has no end. It is damaged: delete it`);
  });

  it("removes what a killed program left, and nothing of a living one", async () => {
    const { root, cache } = await folders();
    await once({ root, cache });
    const [name] = await readdir(cache);
    const living = `${name}.${process.pid}-0.partial`;
    await writeFiles(cache, { [`${name}.999999999-0.partial`]: "", [living]: "" });
    await once({ root, cache });
    expect((await readdir(cache)).sort()).toEqual([name, living].sort());
  });

  it("serves two openings at once", async () => {
    const { root, cache } = await folders();
    const expected = await once({ root });
    const both = await Promise.all([open({ root, cache }), open({ root, cache })]);
    for (const images of await Promise.all(both.map((dataset) => readAll(dataset))))
      expect(images).toEqual(expected);
    await Promise.all(both.map((dataset) => dataset.close()));
    expect(await once({ root, cache })).toEqual(expected);
    expect(await readdir(cache)).toHaveLength(1);
  });
});
