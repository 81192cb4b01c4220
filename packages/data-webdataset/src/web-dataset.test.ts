import { mkdtemp, readdir, readFile, rm, utimes, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import type { OpenDataset } from "@contrastive/core";
import { shardShuffle, subset } from "@contrastive/data";
import { datasetConformance } from "@contrastive/testing";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { temporaryFolder, writeFiles } from "../../data/test/temporary.js";
import { grey, samples, shard, shards } from "../test/shards.js";
import { type SkippedImage, webDataset, type WebDatasetOptions } from "./index.js";

const greys = async (dataset: OpenDataset) => {
  const all = Uint32Array.from({ length: dataset.size }, (_, i) => i);
  return (await dataset.read(all)).images.map(({ data }) => data[0]);
};

describe("on written shards", () => {
  let root: string;
  beforeAll(async () => {
    root = await mkdtemp(join(tmpdir(), "shards-"));
    await writeFiles(root, await shards());
  });
  afterAll(() => rm(root, { recursive: true }));

  const both = () => ({ train: join(root, "train-{00..02}.tar"), test: join(root, "test.tar"), size: 8 });

  datasetConformance("web-dataset", () => webDataset(both()), { factory: webDataset });
  datasetConformance("web-dataset, with a cache and test held out", () =>
    webDataset({ train: join(root, "train-*.tar"), size: 8, cache: join(root, "cache"), testFraction: 0.4 }),
  );

  it("has the samples of all shards in order, with their labels, and says which lie together", async () => {
    const train = await webDataset(both()).open("train");
    expect(train.size).toBe(12);
    expect(train.labels).toEqual(Int32Array.of(0, 1, 2, 0, 1, 2, 0, 1, 2, 0, 1, 2));
    expect(train.classes).toBeUndefined();
    expect(train.shards).toEqual([4, 3, 5]);
    expect(await greys(train)).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11]);
    expect(await greys(await webDataset(both()).open("test"))).toEqual([100, 101, 102]);
    await train.close();
  });

  it.each([
    ["braces", ["train-{00..01}.tar"], 7],
    ["braces that count down", ["train-{02..01}.tar"], 8],
    ["a list in braces", ["{train-02,test}.tar"], 8],
    ["stars", ["train-*.tar"], 12],
    ["question marks", ["tr?in-0?.tar"], 12],
    ["stars in folders", ["../shards-*/test.tar"], 3],
    ["several patterns", ["test.tar", "train-00.tar"], 7],
  ])("takes shards by %s", async (_, patterns, size) => {
    // Other runs may have folders of such names: only this one's last characters are its own.
    const from = patterns.map((pattern) => join(root, pattern.replace("shards-*", `*${root.slice(-4)}`)));
    expect((await webDataset({ train: from, testFraction: 0 }).open("train")).size).toBe(size);
  });

  it("holds an even share of each class out where there are no shards for test", async () => {
    const data = webDataset({ train: join(root, "train-*.tar"), size: 8, testFraction: 0.25 });
    const [train, test] = await Promise.all([data.open("train"), data.open("test")]);
    expect(test.labels).toEqual(Int32Array.of(0, 1, 2));
    expect(await greys(test)).toEqual([9, 10, 11]);
    expect(train.shards).toEqual([4, 3, 2]);
    expect(test.shards).toEqual([3]);
  });

  it("is read shard by shard by the sampler, also in parts", async () => {
    const train = await webDataset(both()).open("train");
    const shardOf = [0, 0, 0, 0, 1, 1, 1, 2, 2, 2, 2, 2];
    const order = shardShuffle({ buffer: 1 }).open(train, 3, 2).epoch(0);
    const visited = Array.from(order, (index) => shardOf[index]);
    expect(visited.filter((shard, i) => shard !== visited[i - 1])).toHaveLength(3);
    expect(subset(train, [0, 3, 7, 8]).shards).toEqual([2, 2]);
    expect(subset(train, [7, 0]).shards).toBeUndefined();
  });

  it("names samples by `classes`", async () => {
    const { classes, labels } = await webDataset({ ...both(), classes: ["a", "b", "c"] }).open("test");
    expect(classes).toEqual(["a", "b", "c"]);
    expect(labels).toEqual(Int32Array.of(2, 1, 0));
    await expect(webDataset({ ...both(), classes: ["a", "b"] }).open("test")).rejects.toThrow(
      `the label of ${join(root, "test.tar")}/0100.png must be a class index in 0..1, got "2"`,
    );
  });
});

/** The train split of one shard. */
async function opened(bytes: Uint8Array, options: Partial<WebDatasetOptions> = {}, name = "a.tar") {
  const root = await writeFiles(await temporaryFolder(), { [name]: bytes });
  return webDataset({ train: join(root, name), testFraction: 0, size: 8, ...options }).open("train");
}

describe("what a sample may hold", () => {
  it("images of several kinds, and members that are not asked for", async () => {
    const open = await opened(
      await shard({
        "a.jpg": await grey(50, "jpeg"),
        "a.cls": "0\n",
        "b.WEBP": await grey(60, "webp"),
        "b.cls": "1",
        "b.txt": "a caption",
        "sub/c.d/c.png": await grey(70),
        "sub/c.d/c.cls": " 1 ",
        "._a.cls": "left alone",
        "__meta__.json": "{}",
      }),
    );
    for (const [i, value] of (await greys(open)).entries())
      expect(Math.abs(value - [50, 60, 70][i])).toBeLessThan(3);
    expect(open.labels).toEqual(Int32Array.of(0, 1, 1));
  });

  it("labels that are names, with the classes of both splits in alphabetical order", async () => {
    const root = await writeFiles(await temporaryFolder(), {
      "a.tar": await shard(await samples(["dog", "cat"])),
      "b.tar": await shard(await samples(["cow"])),
    });
    const data = webDataset({ train: join(root, "a.tar"), test: join(root, "b.tar") });
    const [train, test] = await Promise.all([data.open("train"), data.open("test")]);
    expect(train.classes).toEqual(["cat", "cow", "dog"]);
    expect(train.labels).toEqual(Int32Array.of(2, 0));
    expect(test.labels).toEqual(Int32Array.of(1));
  });

  it("labels in JSON, in a text, or none", async () => {
    const bytes = await shard({
      "a.png": await grey(1),
      "a.json": '{"kind": "x", "label": 3}',
      "a.txt": "one",
      "b.png": await grey(2),
      "b.json": '{"kind": "y", "label": 0}',
      "b.txt": "two",
    });
    expect((await opened(bytes, { label: "json" })).labels).toEqual(Int32Array.of(3, 0));
    expect((await opened(bytes, { label: ".json", labelKey: "kind" })).classes).toEqual(["x", "y"]);
    expect((await opened(bytes, { label: "txt" })).classes).toEqual(["one", "two"]);
    const { labels, classes } = await opened(bytes, { label: "none" });
    expect([labels, classes]).toEqual([undefined, undefined]);
  });

  it("several images, of which `image` names one", async () => {
    const bytes = await shard({ "a.left.png": await grey(1), "a.right.png": await grey(2), "a.cls": "0" });
    expect(await greys(await opened(bytes, { image: "right.png" }))).toEqual([2]);
    await expect(opened(bytes)).rejects.toThrow(
      'has no image, got [".left.png",".right.png",".cls"]. It takes .jpg, .jpeg, .png, ',
    );
  });

  it("more than is read at a time, in small members and in large ones", async () => {
    const files: Record<string, Uint8Array | string> = {};
    const image = await grey(7);
    for (let i = 0; i < 400; i++) {
      files[`${i}.png`] = image;
      // 1 MB is the most that is read at a time, 16 KB the least.
      files[`${i}.bin`] = new Uint8Array(i < 300 ? 3000 : i % 7 === 0 ? 300_000 : 17_000);
      files[`${i}.cls`] = String((i * i) % 11);
    }
    const open = await opened(await shard(files));
    expect(open.labels).toEqual(Int32Array.from({ length: 400 }, (_, i) => (i * i) % 11));
    expect(new Set(await greys(open))).toEqual(new Set([7]));
  });

  it("names that are too long for a header", async () => {
    const long = `${"folder/".repeat(40)}${"n".repeat(120)}`;
    const open = await opened(await shard({ [`${long}.png`]: await grey(9), [`${long}.cls`]: "0" }));
    expect(await greys(open)).toEqual([9]);
  });
});

const two = async () => shard(await samples(["0", "1"]));

describe("what is wrong with a shard", () => {
  it.each([
    ["no file", undefined, /there is no .*a\.tar$/],
    ["no tar", new Uint8Array(2000).fill(7), /a\.tar is no tar\. Name the shards alone/],
    ["empty", new Uint8Array(), /a\.tar has no end, which is a block of zeros: it is cut short/],
    ["empty, but a tar", new Uint8Array(1024), /dataset "web-dataset": there are no samples/],
  ])("%s", async (_, bytes, message) => {
    const root = await temporaryFolder();
    if (bytes !== undefined) await writeFile(join(root, "a.tar"), bytes);
    await expect(webDataset({ train: join(root, "a.tar") }).open("train")).rejects.toThrow(message);
  });

  it("compressed", async () => {
    await expect(opened(gzipSync(await two()))).rejects.toThrow(
      /a\.tar is compressed, and can't be read in parts\. Unpack it: gunzip/,
    );
  });

  it("cut short, at whatever byte", async () => {
    const bytes = await two();
    const end = bytes.findLastIndex((byte) => byte !== 0);
    for (const at of [100, 512, 600, 1024, 1500, 2048, end]) {
      await expect(opened(bytes.subarray(0, at)), `${at} bytes`).rejects.toThrow(/a\.tar .*cut short/);
    }
    await expect(opened(bytes.subarray(0, 550))).rejects.toThrow(
      /a\.tar is cut short: it ends at byte 550, and 0000\.png in it at \d+\. Download it again, or mend it/,
    );
  });

  it("damaged in a header", async () => {
    const bytes = Uint8Array.from(await two());
    const at = Buffer.from(bytes).indexOf("0001.png");
    bytes[at] ^= 1;
    await expect(opened(bytes)).rejects.toThrow(`is damaged at byte ${at}, where a header must be`);
  });

  it("a key that comes again", async () => {
    const [a, b] = [await grey(1), await grey(2)];
    await expect(
      opened(await shard({ "x.png": a, "x.cls": "0", "y.png": b, "y.cls": "0", "x.txt": "" })),
    ).rejects.toThrow(/a\.tar has the key "x" again, after others/);
    await expect(opened(await shard({ "x.png": a, "x.PNG": b }))).rejects.toThrow(
      /a\.tar has the key "x" again, with \.png, which it has already/,
    );
  });

  it.each([
    [
      "no label",
      { "x.png": "" },
      {},
      /sample "x" of .*a\.tar has no \.cls, got \[".png"\]\. Set label to the ext/,
    ],
    ["an empty label", { "x.png": "", "x.cls": " \n" }, {}, /must have one class in \.cls, got ""/],
    [
      "a label below 0",
      { "x.png": "", "x.cls": "-1" },
      {},
      /x\.png must be a class index in 0\.\.2147483647, got "-1"/,
    ],
    ["no JSON", { "x.png": "", "x.json": "{" }, { label: "json" }, /has no JSON in \.json, got "\{"/],
    ["no key", { "x.png": "", "x.json": "{}" }, { label: "json" }, /has no "label" in \.json, got "\{\}"/],
    ["no image", { "x.npy": "", "x.cls": "0" }, {}, /sample "x" of .* has no image, got \["\.npy","\.cls"\]/],
    [
      "two images",
      { "x.png": "", "x.jpg": "", "x.cls": "0" },
      {},
      /more than one image.*Set image to one of jpg, png/,
    ],
  ])("%s", async (_, files, options, message) => {
    await expect(opened(await shard(files as Record<string, string>), options)).rejects.toThrow(message);
  });

  it("an image that can't be read is named, or skipped as asked", async () => {
    const files = await samples(["0", "0", "0"]);
    files["0001.png"] = (files["0001.png"] as Uint8Array).subarray(0, 60);
    files["0002.png"] = "";
    const bytes = await shard(files);
    await expect((await opened(bytes)).read(Uint32Array.of(1))).rejects.toThrow(
      /a\.tar\/0001\.png can't be read: .*\. Mend or remove it, or set onError: "skip"/,
    );
    const told: SkippedImage[] = [];
    const open = await opened(bytes, { onError: "skip", onSkip: (skipped) => told.push(skipped) });
    expect(await greys(open)).toEqual([0, 0, 0]);
    expect(told.map(({ path }) => path.slice(-8)).sort()).toEqual(["0001.png", "0002.png"]);
    expect(told.find(({ path }) => path.endsWith("0002.png"))?.why).toBe("it is empty");
  });
});

/** Shards, and what opens them with a cache beside them. */
async function folder() {
  const root = await writeFiles(await temporaryFolder(), await shards());
  for (const name of await readdir(root)) await utimes(join(root, name), 1, 1);
  const open = (options: Partial<WebDatasetOptions> = {}) =>
    webDataset({
      train: join(root, "train-0{0..2}.tar"),
      test: join(root, "test.tar"),
      cache: join(root, "cache"),
      size: 8,
      ...options,
    }).open("train");
  return { root, open };
}

describe("the cache of indices", () => {
  it("spares going through the shards", async () => {
    const { root, open } = await folder();
    const first = await open();
    expect(await readdir(join(root, "cache"))).toHaveLength(3);
    // Nothing is a header now, and what must be an image is still where it was.
    const path = join(root, "train-01.tar");
    const bytes = await readFile(path);
    for (let at = 0; at + 262 < bytes.length; at += 512)
      if (bytes.toString("latin1", at + 257, at + 262) === "ustar") bytes.fill(1, at, at + 512);
    await writeFile(path, bytes);
    await utimes(path, 1, 1);
    const again = await open();
    expect(again.labels).toEqual(first.labels);
    expect(await greys(again)).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11]);
    await expect(open({ cache: undefined })).rejects.toThrow("is no tar");
  });

  it.each([
    [
      "a shard has another size",
      async (root: string) => {
        await writeFile(join(root, "train-00.tar"), await shard(await samples(["5"], 50)));
        await utimes(join(root, "train-00.tar"), 1, 1);
      },
    ],
    [
      "a shard was written anew",
      async (root: string) => {
        await writeFile(join(root, "train-00.tar"), await shard(await samples(["5", "5", "5", "5"], 50)));
      },
    ],
  ])("is made anew where %s", async (_, change) => {
    const { root, open } = await folder();
    await (await open()).close();
    await change(root);
    expect((await open()).labels![0]).toBe(5);
    expect(await readdir(join(root, "cache"))).toHaveLength(3);
  });

  it("is made anew where it is damaged, and is another for other members", async () => {
    const { root, open } = await folder();
    const { labels } = await open();
    const cache = join(root, "cache");
    for (const name of await readdir(cache)) await writeFile(join(cache, name), '{"format":');
    expect((await open()).labels).toEqual(labels);
    expect((await open({ label: "none" })).labels).toBeUndefined();
    expect(await readdir(cache)).toHaveLength(6);
  });
});
