import { gzipSync } from "node:zlib";
import { mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { datasetConformance } from "@contrastive/testing";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { serve } from "../../data/test/server.js";
import { temporaryFolder, writeFiles } from "../../data/test/temporary.js";
import { fashionMnist, idx, kmnist, mnist } from "./index.js";

/** An IDX file of bytes. */
function file(dimensions: readonly number[], values: ArrayLike<number>): Uint8Array {
  const header = new DataView(new ArrayBuffer(4 + 4 * dimensions.length));
  header.setUint32(0, 0x0800 + dimensions.length);
  dimensions.forEach((dimension, at) => header.setUint32(4 + 4 * at, dimension));
  return Uint8Array.from([...new Uint8Array(header.buffer), ...Array.from(values)]);
}

/** Images of 4 × 3 and labels; image `i` begins with `10 * i + first`. */
function images(count: number, first = 0): Uint8Array {
  return file(
    [count, 4, 3],
    Array.from({ length: count * 12 }, (_, at) => 10 * Math.floor(at / 12) + (at % 12) + first),
  );
}
const labels = (...values: readonly number[]) => file([values.length], values);

const train = {
  "train-images-idx3-ubyte": images(12),
  "train-labels-idx1-ubyte": labels(0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 0, 9),
};
const test = { "t10k-images-idx3-ubyte": images(3, 100), "t10k-labels-idx1-ubyte": labels(7, 2, 1) };
const packed = (files: Record<string, Uint8Array>) =>
  Object.fromEntries(Object.entries(files).map(([name, bytes]) => [`${name}.gz`, gzipSync(bytes)]));

describe("on written files", () => {
  let root: string;
  beforeAll(async () => {
    root = await mkdtemp(join(tmpdir(), "idx-"));
    await writeFiles(root, { ...train, ...packed(test) });
    await writeFiles(join(root, "FashionMNIST/raw"), packed({ ...train, ...test }));
    await writeFiles(join(root, "other"), {
      colour: file(
        [5, 2, 2, 3],
        Array.from({ length: 60 }, (_, at) => at),
      ),
    });
  });
  afterAll(() => rm(root, { recursive: true }));

  datasetConformance("mnist", () => mnist({ root }), { factory: mnist });
  datasetConformance("fashion-mnist", () => fashionMnist({ root }), { factory: fashionMnist });
  datasetConformance("kmnist", () => kmnist({ root }), { factory: kmnist });
  datasetConformance(
    "idx, in colour and without labels",
    () => idx({ root: join(root, "other"), images: "colour" }),
    { factory: idx, splits: ["train"] },
  );

  it("gives the images and labels of the files", async () => {
    const open = await mnist({ root }).open("test");
    expect(open.size).toBe(3);
    expect(open.classes?.[open.labels![0]]).toBe("7");
    const read = await open.read(Uint32Array.of(2, 0));
    expect(read.labels).toEqual(Int32Array.of(1, 7));
    expect(read.images[0]).toEqual({
      data: Uint8Array.from({ length: 12 }, (_, at) => 120 + at),
      height: 4,
      width: 3,
      channels: 1,
    });
  });

  it("turns images that are written by columns", async () => {
    const given = { root, images: "train-images-idx3-ubyte", transposed: true } as const;
    const { images } = await (await idx(given).open("train")).read(Uint32Array.of(1));
    expect(images[0]).toMatchObject({ height: 3, width: 4 });
    expect([...images[0].data]).toEqual([10, 13, 16, 19, 11, 14, 17, 20, 12, 15, 18, 21]);
  });

  it("says that there is no test split", async () => {
    await expect(idx({ root, images: "train-images-idx3-ubyte" }).open("test")).rejects.toThrow(
      'dataset "idx": it has no test split. Name its files as `test: { images, labels }`',
    );
  });
});

it.each(["train-images.idx3-ubyte", "train-images-idx3-ubyte.gz", "train-images-idx3-ubyte"])(
  "finds %s",
  async (name) => {
    const { "train-images-idx3-ubyte": bytes, ...others } = train;
    // Whatever the name says: a server may unpack on the way.
    const root = await writeFiles(await temporaryFolder(), { ...others, [name]: bytes });
    expect((await mnist({ root }).open("train")).size).toBe(12);
  },
);

it("reads by URL", async () => {
  const files = packed({ ...train, ...test });
  const url = await serve((request, response) => {
    const bytes = files[request.url!.slice("/data/".length)];
    if (bytes === undefined) response.writeHead(404).end();
    else response.end(bytes);
  });
  expect((await mnist({ root: `${url}/data` }).open("train")).labels).toHaveLength(12);
});

it("downloads, and checks what it gets", async () => {
  const url = await serve((_, response) => response.end("not it"));
  const root = await temporaryFolder();
  await expect(kmnist({ root, download: true, url }).open("test")).rejects.toThrow(
    `dataset "kmnist": ${url}/train-images-idx3-ubyte.gz must have the MD5 checksum bdb82020997e1d708af4cf47b453dcf7`,
  );
  expect(await readdir(root)).toEqual([]);
});

describe("what is wrong with the files", () => {
  const name = "train-images-idx3-ubyte";
  const whole = gzipSync(train[name]);

  it("no files: names what is missing, where it comes from and how to get it", async () => {
    const root = await temporaryFolder();
    await expect(fashionMnist({ root }).open("train")).rejects.toThrow(
      `dataset "fashion-mnist": there is no ${join(root, "FashionMNIST/raw", name)}. It takes ${name}, ` +
        "train-labels-idx1-ubyte, from http://fashion-mnist.s3-website.eu-central-1.amazonaws.com/; " +
        "put them there, or set download: true",
    );
  });

  it.each([
    [
      "cut short",
      name,
      train[name].subarray(0, 100),
      "must have 160 bytes, for 12 × 4 × 3 values, got 100. It is cut short",
    ],
    [
      "longer than it says",
      name,
      Buffer.concat([train[name], Buffer.of(0)]),
      "must have 160 bytes, for 12 × 4 × 3 values, got 161",
    ],
    ["cut short in its header", name, train[name].subarray(0, 9), "must have a header of 16 bytes, got 9"],
    [
      "empty",
      name,
      new Uint8Array(),
      'must begin with 00 00 08 03 or 00 00 08 04, as IDX files of images do, got ""',
    ],
    ["of labels", name, labels(1, 2), 'got "00 00 08 01". Images and labels may have changed places'],
    [
      "of floats",
      name,
      Uint8Array.of(0, 0, 0x0d, 3),
      'got "00 00 0d 03". It is damaged, or of another format',
    ],
    [
      "of images without pixels",
      name,
      file([12, 0, 3], []),
      "images must be of one pixel at least, and 1 or 3 channels, got [12,0,3]",
    ],
    [
      "no gzip, whatever its name",
      `${name}.gz`,
      Buffer.from("<html>"),
      "is not gzip. It is damaged, or a page",
    ],
    [
      "gzip that is cut short",
      `${name}.gz`,
      whole.subarray(0, whole.length - 12),
      "It is cut short or damaged",
    ],
    ["gzip that is damaged", `${name}.gz`, Buffer.from(whole).fill(9, 12, 20), "can't be unpacked, after"],
  ])("a file that is %s", async (_, path, bytes, message) => {
    const { [name]: _images, ...others } = train;
    const root = await writeFiles(await temporaryFolder(), { ...others, [path]: bytes });
    const error: Error = await mnist({ root })
      .open("train")
      .then(
        () => expect.unreachable(),
        (error: Error) => error,
      );
    expect(error.message).toContain(`dataset "mnist": ${join(root, path)}`);
    expect(error.message).toContain(message);
  });

  it.each([
    ["of another number", labels(1, 2), "must have a label for each of the 12 images of "],
    ["without a class", labels(...Array<number>(11).fill(1), 10), "label 11 must be in 0..9, got 10"],
  ])("labels %s", async (_, bytes, message) => {
    const root = await writeFiles(await temporaryFolder(), { ...train, "train-labels-idx1-ubyte": bytes });
    await expect(mnist({ root }).open("train")).rejects.toThrow(message);
  });
});
