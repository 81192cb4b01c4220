import { datasetConformance } from "@contrastive/testing";
import { beforeAll, describe, expect, it } from "vitest";
import { type FileOfFolder, filesOf, imageFiles, imageFolder, type SkippedImage } from "./index.js";

/** A PNG with bands from left to right. */
async function bands(colours: readonly string[], { width = 24, height = 16 } = {}): Promise<Blob> {
  const canvas = new OffscreenCanvas(width, height);
  const context = canvas.getContext("2d")!;
  colours.forEach((colour, at) => {
    context.fillStyle = colour;
    context.fillRect(Math.round((at * width) / colours.length), 0, width, height);
  });
  return canvas.convertToBlob();
}

const noImage = new Blob(["no"]);
const files: FileOfFolder[] = [];
beforeAll(async () => {
  for (let i = 0; i < 6; i++) {
    files.push({ path: `pets/cats/${i}.png`, file: await bands([`rgb(${10 + i} 0 0)`]) });
    files.push({ path: `pets/dogs/${i}.png`, file: await bands([`rgb(${110 + i} 0 0)`]) });
  }
});

datasetConformance("image-files", () => imageFiles({ files, size: 8 }));
datasetConformance("image-files, kept by none", () => imageFiles({ files, size: 8, keepBytes: 0 }));

async function decoded(file: Blob, options: object = {}) {
  const open = await imageFiles({ files: [{ path: "a.png", file }], size: 8, ...options }).open("train");
  return (await open.read(Uint32Array.of(0))).images[0];
}

describe("imageFiles", () => {
  it("has the classes and splits of imageFolder", async () => {
    const train = await imageFiles({ files, size: 8 }).open("train");
    expect(train.classes).toEqual(["cats", "dogs"]);
    const { images, labels } = await train.read(Uint32Array.from({ length: 10 }, (_, i) => i));
    expect(images.map(({ data }) => data[0])).toEqual([10, 11, 12, 13, 15, 110, 111, 112, 113, 115]);
    expect(labels).toEqual(train.labels);
  });

  it("cuts the longer side to the middle, or keeps it", async () => {
    const wide = await bands(["black", "red", "blue", "black"], { width: 80, height: 40 });
    const square = await decoded(wide);
    expect([square.height, square.width, square.channels]).toEqual([8, 8, 3]);
    expect([...square.data.subarray(0, 3)]).toEqual([255, 0, 0]);
    expect([...square.data.subarray(21, 24)]).toEqual([0, 0, 255]);
    const whole = await decoded(wide, { fit: "shorter-side" });
    expect([whole.height, whole.width]).toEqual([8, 16]);
    expect([...whole.data.subarray(0, 3)]).toEqual([0, 0, 0]);
  });

  it("shows white through what is transparent", async () => {
    expect([...(await decoded(await bands([]))).data]).toEqual(Array<number>(192).fill(255));
  });

  it.each([
    ["no image", noImage, "The source image could not be decoded"],
    ["too large", undefined, "it has 24 × 16 pixels, more than maxPixels, 300"],
  ])("refuses what is %s, by name", async (_, file, why) => {
    const given = file ?? (await bands(["red"]));
    await expect(decoded(given, { maxPixels: 300 })).rejects.toThrow(
      `dataset "image-files": a.png can't be read: ${why}`,
    );
  });

  it('with "skip" has the next of the class stand in, and tells of it', async () => {
    const skipped: SkippedImage[] = [];
    const open = await imageFiles({
      files: files.map((entry) => (entry.path === "pets/dogs/0.png" ? { ...entry, file: noImage } : entry)),
      size: 8,
      onError: "skip",
      onSkip: (one) => skipped.push(one),
    }).open("train");
    expect((await open.read(Uint32Array.of(5))).images[0].data[0]).toBe(111);
    expect(skipped).toMatchObject([{ path: "pets/dogs/0.png", count: 1 }]);
  });

  it("takes a folder by its handle, and the list of an input", async () => {
    const root = await navigator.storage.getDirectory();
    const folder = await root.getDirectoryHandle("picked", { create: true });
    for (const { path, file } of files.slice(0, 4)) {
      const [, name, leaf] = path.split("/");
      const below = await folder.getDirectoryHandle(name, { create: true });
      const writable = await (await below.getFileHandle(leaf, { create: true })).createWritable();
      await writable.write(file);
      await writable.close();
    }
    const found = await filesOf(folder);
    expect(found.map(({ path }) => path).sort()).toEqual([
      "cats/0.png",
      "cats/1.png",
      "dogs/0.png",
      "dogs/1.png",
    ]);
    const open = await imageFiles({ files: found, size: 8 }).open("train");
    expect((await open.read(Uint32Array.of(3))).images[0].data[0]).toBe(111);
    await root.removeEntry("picked", { recursive: true });
    expect(await filesOf([new File([], "a.png")])).toMatchObject([{ path: "a.png" }]);
  });

  it("is what a page takes in the place of a path", async () => {
    await expect(imageFolder({ root: "photos" }).open("train")).rejects.toThrow(
      'dataset "image-folder": a page can\'t read folders by their path, got "photos". ' +
        "Let the visitor choose one, and take imageFiles({ files })",
    );
  });
});
