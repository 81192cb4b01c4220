import { execFile } from "node:child_process";
import { getEventListeners } from "node:events";
import { mkdtemp, rm, symlink, unlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import type { OpenDataset } from "@contrastive/core";
import { datasetConformance } from "@contrastive/testing";
import sharp from "sharp";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { temporaryFolder, writeFiles } from "../../data/test/temporary.js";
import { catsAndDogs, flat, halves } from "../test/images.js";
import { imageFolder, imageList, type SkippedImage } from "./index.js";

const all = ({ size }: OpenDataset) => Uint32Array.from({ length: size }, (_, i) => i);
/** The first value of each image. */
const greys = async (dataset: OpenDataset) =>
  (await dataset.read(all(dataset))).images.map(({ data }) => data[0]);

describe("on written folders", () => {
  let root: string;
  beforeAll(async () => {
    root = await mkdtemp(join(tmpdir(), "image-folder-"));
    await writeFiles(root, await catsAndDogs());
    await writeFiles(`${root}-lists`, {
      "train.csv": ["path,label", ...[0, 1, 2, 3].map((i) => `${root}/cats/${i}.png,cat`)].join("\n"),
      "test.jsonl": `{"path": "${root}/dogs/0.png", "label": "dog"}\n{"path": "${root}/cats/5.png", "label": "cat"}\n`,
    });
  });
  afterAll(() => Promise.all([root, `${root}-lists`].map((folder) => rm(folder, { recursive: true }))));

  datasetConformance("image-folder", () => imageFolder({ root, size: 8 }), { factory: imageFolder });
  datasetConformance("image-folder, of several shapes", () =>
    imageFolder({ root, size: 8, fit: "shorter-side", testFraction: 0.4 }),
  );
  datasetConformance(
    "image-folder, with a cache",
    () => imageFolder({ root, size: 8, cache: `${root}-lists/cache` }),
    { factory: imageFolder },
  );
  datasetConformance(
    "image-list",
    () => imageList({ train: `${root}-lists/train.csv`, test: `${root}-lists/test.jsonl`, size: 8 }),
    { factory: imageList },
  );

  it("has classes and splits", async () => {
    const train = await imageFolder({ root, size: 4 }).open("train");
    expect(train.classes).toEqual(["cats", "dogs"]);
    expect(train.labels).toEqual(Int32Array.of(0, 0, 0, 0, 0, 1, 1, 1, 1, 1));
    expect(await greys(train)).toEqual([10, 11, 12, 13, 15, 110, 111, 112, 113, 115]);
    expect(await greys(await imageFolder({ root, size: 4 }).open("test"))).toEqual([14, 114]);
  });

  it("reads lists with the classes of both", async () => {
    const data = imageList({ train: `${root}-lists/train.csv`, test: `${root}-lists/test.jsonl`, size: 4 });
    const [train, test] = await Promise.all([data.open("train"), data.open("test")]);
    expect(train.classes).toEqual(["cat", "dog"]);
    expect(test.labels).toEqual(Int32Array.of(1, 0));
    expect(await greys(test)).toEqual([110, 15]);
  });

  it("takes paths of a list from its folder, or from root", async () => {
    const folder = await temporaryFolder();
    await writeFiles(folder, { "list.csv": "path\ncats/0.png\ndogs/1.png\n" });
    await symlink(join(root, "cats"), join(folder, "cats"));
    await symlink(join(root, "dogs"), join(folder, "dogs"));
    for (const from of [undefined, root]) {
      const open = await imageList({ train: join(folder, "list.csv"), size: 4, root: from }).open("train");
      expect(open.labels).toBeUndefined();
      expect(await greys(open)).toEqual([10, 111]);
    }
  });

  it("follows links, and not in a circle", async () => {
    const folder = await temporaryFolder();
    await symlink(join(root, "dogs"), join(folder, "wolves"));
    await writeFiles(join(folder, "cats"), { "0.png": await flat("red").png().toBuffer() });
    await symlink(folder, join(folder, "cats", "again"));
    const { classes, size } = await imageFolder({ root: folder, size: 4, testFraction: 0 }).open("train");
    expect(classes).toEqual(["cats", "wolves"]);
    expect(size).toBe(7);
  });
});

/** What is read of one file. */
async function decoded(name: string, bytes: Uint8Array, options: object = {}) {
  const root = await writeFiles(await temporaryFolder(), { [name]: bytes });
  const open = await imageFolder({ root, size: 8, ...options }).open("train");
  try {
    return (await open.read(Uint32Array.of(0))).images[0];
  } finally {
    await open.close();
  }
}

describe("decoding", () => {
  const red = [255, 0, 0];
  const grey = { r: 100, g: 100, b: 100 };
  const frames = Buffer.concat([Buffer.alloc(8 * 8 * 3, 10), Buffer.alloc(8 * 8 * 3, 200)]);
  const animation = () => sharp(frames, { raw: { width: 8, height: 16, channels: 3, pageHeight: 8 } });

  it.each([
    ["PNG", "a.png", () => flat("red").png(), red],
    ["JPEG", "a.jpg", () => flat("red").jpeg(), red],
    ["WebP", "a.webp", () => flat("red").webp(), red],
    ["AVIF", "a.avif", () => flat("red").avif({ quality: 90 }), red],
    ["TIFF", "a.tiff", () => flat("red").tiff(), red],
    ["GIF", "a.gif", () => flat("red").gif(), red],
    ["grey PNG", "a.png", () => flat(grey).toColourspace("b-w").png(), [100, 100, 100]],
    ["grey JPEG", "a.jpg", () => flat(grey).toColourspace("b-w").jpeg(), [100, 100, 100]],
    ["PNG with 16 bits", "a.png", () => flat(grey).toColourspace("rgb16").png(), [100, 100, 100]],
    ["grey PNG with 16 bits", "a.png", () => flat(grey).toColourspace("grey16").png(), [100, 100, 100]],
    ["CMYK JPEG", "a.jpg", () => flat("red").toColourspace("cmyk").jpeg(), [232, 0, 0]],
    [
      "transparent PNG: white shows through",
      "a.png",
      () => flat({ ...grey, alpha: 0 }).png(),
      [255, 255, 255],
    ],
    ["half transparent PNG", "a.png", () => flat({ r: 255, g: 0, b: 0, alpha: 0.5 }).png(), [255, 127, 127]],
    ["animated GIF: its first frame", "a.gif", () => animation().gif(), [10, 10, 10]],
    ["animated WebP: its first frame", "a.webp", () => animation().webp({ lossless: true }), [10, 10, 10]],
    ["PNG with a JPEG's name", "a.jpg", () => flat("red").png(), red],
  ])("%s", async (_, name, picture, pixel) => {
    const image = await decoded(name, await picture().toBuffer());
    expect(image).toMatchObject({ height: 8, width: 8, channels: 3 });
    expect(image.data).toHaveLength(192);
    for (let at = 0; at < 192; at++) expect(Math.abs(image.data[at] - pixel[at % 3])).toBeLessThanOrEqual(3);
  });

  it("turns images as their EXIF says", async () => {
    // 6: the top of the scene is at the right; so red, at the left, comes to the top.
    const turned = await halves().withMetadata({ orientation: 6 }).png().toBuffer();
    const { data, height, width } = await decoded("a.png", turned, { fit: "shorter-side" });
    expect([height, width]).toEqual([16, 8]);
    expect([...data.subarray(0, 3)]).toEqual(red);
    expect([...data.subarray(-3)]).toEqual([0, 0, 255]);
  });

  it("cuts the longer side to the middle, or keeps it", async () => {
    const wide = await halves({ width: 60, height: 20 }).png().toBuffer();
    const square = await decoded("a.png", wide, { size: 20 });
    expect([square.height, square.width]).toEqual([20, 20]);
    expect([...square.data.subarray(0, 3)]).toEqual(red);
    expect([...square.data.subarray(57, 60)]).toEqual([0, 0, 255]);
    const whole = await decoded("a.png", wide, { size: 10, fit: "shorter-side" });
    expect([whole.height, whole.width]).toEqual([10, 30]);
  });

  it("scales small images up", async () => {
    const image = await decoded("a.png", await flat("red", { width: 2, height: 3 }).png().toBuffer());
    expect(image).toMatchObject({ height: 8, width: 8 });
  });
});

const picture = (side: number) => flat("red", { width: side, height: side }).jpeg().toBuffer();

describe("files that can't be read", () => {
  it.each([
    ["cut short", async () => (await picture(190)).subarray(0, 300), "premature end of JPEG image"],
    ["empty", async () => new Uint8Array(), "Input file"],
    ["no image", async () => Buffer.from("<html>"), "Input file contains unsupported image format"],
    ["too large", () => picture(200), "it has 200 × 200 pixels, more than maxPixels, 39999"],
  ])("one that is %s: an error names it and why", async (_, bytes, why) => {
    const error = await decoded("a.jpg", await bytes(), { maxPixels: 39_999 }).catch((error: Error) => error);
    expect((error as Error).message).toContain(`dataset "image-folder": a.jpg can't be read: `);
    expect((error as Error).message).toContain(why);
    expect((error as Error).message).toContain('Mend or remove it, or set onError: "skip"');
  });

  it("one that went away after opening", async () => {
    const root = await writeFiles(await temporaryFolder(), await catsAndDogs(2));
    const open = await imageFolder({ root, size: 4 }).open("train");
    await unlink(join(root, "dogs/0.png"));
    await expect(open.read(Uint32Array.of(2))).rejects.toThrow(
      "dogs/0.png can't be read: Input file is missing",
    );
    expect((await open.read(Uint32Array.of(3))).labels).toEqual(Int32Array.of(1));
  });

  it('with "skip" they are named and counted once, and the next of the class stands in', async () => {
    const files = {
      ...(await catsAndDogs(4)),
      "cats/1.png": Buffer.from("no"),
      "cats/3.png": Buffer.from("no"),
    };
    const root = await writeFiles(await temporaryFolder(), files);
    const skipped: SkippedImage[] = [];
    const onSkip = (one: SkippedImage) => skipped.push(one);
    const open = await imageFolder({ root, size: 4, testFraction: 0, onError: "skip", onSkip }).open("train");
    const expected = [10, 12, 12, 10, 110, 111, 112, 113];
    expect(await greys(open)).toEqual(expected);
    expect(await greys(open)).toEqual(expected);
    expect(skipped.map(({ path, count }) => [path, count]).sort()).toEqual([
      ["cats/1.png", expect.any(Number)],
      ["cats/3.png", expect.any(Number)],
    ]);
    expect(skipped.map(({ count }) => count)).toEqual([1, 2]);
    expect(skipped[0].why).toContain("unsupported image format");
  });

  it('with "skip" they are on the console unless someone listens', async () => {
    const root = await writeFiles(await temporaryFolder(), { ...(await catsAndDogs(2)), "cats/0.png": "no" });
    const warn = vi.spyOn(console, "warn").mockImplementation(() => {});
    const open = await imageFolder({ root, size: 4, onError: "skip" }).open("train");
    expect(await greys(open)).toEqual([11, 11, 110, 111]);
    expect(warn).toHaveBeenCalledExactlyOnceWith(
      expect.stringContaining('dataset "image-folder": skipped cats/0.png, 1 so far: '),
    );
    warn.mockRestore();
  });

  it("a class of which none can be read is an error, whatever is to be skipped", async () => {
    const files = { ...(await catsAndDogs(2)), "cats/0.png": "no", "cats/1.png": "no" };
    const root = await writeFiles(await temporaryFolder(), files);
    const open = await imageFolder({ root, size: 4, onError: "skip", onSkip: () => {} }).open("train");
    await expect(open.read(Uint32Array.of(0))).rejects.toThrow(
      'none of the images of class "cats" can be read, got "cats/0.png"',
    );
    expect((await open.read(Uint32Array.of(2))).images).toHaveLength(1);
  });
});

describe("what is wrong with the folder", () => {
  it.each([
    ["not there", async (root: string) => join(root, "nowhere"), "there is no folder "],
    [
      "without images",
      async (root: string) => writeFiles(root, { "a/note.txt": "" }),
      "there are no images in it",
    ],
  ])("%s", async (_, make, message) => {
    const root = await make(await temporaryFolder());
    await expect(imageFolder({ root }).open("train")).rejects.toThrow(`dataset "image-folder": ${message}`);
  });

  it("a list that is not there", async () => {
    await expect(imageList({ train: "no/such.csv" }).open("train")).rejects.toThrow(
      /dataset "image-list": could not read .*no\/such\.csv: .*ENOENT/,
    );
  });

  it("a list of which some have a class", async () => {
    const root = await writeFiles(await temporaryFolder(), { "a.csv": "path,label\nx.png,cat\ny.png,\n" });
    await expect(imageList({ train: join(root, "a.csv") }).open("train")).rejects.toThrow(
      "all images must have a label, or none",
    );
  });

  it.each([
    [{ size: 0 }, "size must be >= 1, got 0"],
    [{ fit: "wide" as never }, 'fit must be "square" or "shorter-side", got "wide"'],
    [{ testFraction: 1 }, "testFraction must be < 1, got 1"],
  ])("%o is refused", (options, message) => {
    expect(() => imageFolder(options)).toThrow(`dataset "image-folder": ${message}`);
  });
});

it("stops when aborted, and on closing, with reads under way", async () => {
  const large = await flat("red", { width: 1500, height: 1500 }).jpeg().toBuffer();
  const root = await temporaryFolder();
  for (let i = 0; i < 40; i++) await writeFile(join(root, `${i}.jpg`), large);
  const open = await imageFolder({ root, size: 4, testFraction: 0 }).open("train");
  const stop = new AbortController();
  const aborted = open.read(all(open), stop.signal);
  expect(getEventListeners(stop.signal, "abort").length).toBeLessThan(5);
  const reason = new Error("enough");
  stop.abort(reason);
  await expect(aborted).rejects.toBe(reason);
  expect(getEventListeners(stop.signal, "abort")).toHaveLength(0);
  expect((await open.read(Uint32Array.of(3))).images).toHaveLength(1);
  const closed = open.read(all(open));
  const rejected = expect(closed).rejects.toThrow("it was closed while images were read");
  await open.close();
  await rejected;
});

it("keeps no program from ending, and waits for what is under way", async () => {
  const root = await writeFiles(await temporaryFolder(), await catsAndDogs());
  // Without closing; with a switch that refuses to run in workers.
  const program = `
    import { imageFolder } from "@contrastive/data-image-folder";
    const open = await imageFolder({ root: ${JSON.stringify(root)}, size: 4 }).open("train");
    const { images } = await open.read(Uint32Array.of(0, 9));
    console.log(images.map(({ data }) => data[0]).join());`;
  const { stdout } = await promisify(execFile)(process.execPath, ["--input-type=module", "--eval", program], {
    cwd: fileURLToPath(new URL("..", import.meta.url)),
    timeout: 50_000,
  });
  expect(stdout).toBe("10,115\n");
});
