import { createHash } from "node:crypto";
import { createRng, type OpenDataset, type RawImage } from "@contrastive/core";
import { datasetConformance } from "@contrastive/testing";
import { describe, expect, it } from "vitest";
import { synthetic } from "./index.js";
import { render } from "./render.js";
import { drawScene } from "./scene.js";
import { shapes } from "./shapes.js";

datasetConformance("synthetic", () => synthetic({ train: 40, test: 20 }), { factory: synthetic });
datasetConformance("synthetic, smaller and of another size", () =>
  synthetic({ classes: 10, size: 20, train: 17, test: 9, seed: 5 }),
);

const read = async (dataset: OpenDataset, count = dataset.size) =>
  (await dataset.read(Uint32Array.from({ length: count }, (_, i) => i))).images;
const checksum = (images: readonly RawImage[]) =>
  images.reduce((hash, { data }) => hash.update(data), createHash("sha256")).digest("hex");

const distance = (data: Uint8Array, mean: Float64Array) =>
  data.reduce((sum, value, at) => sum + (value - mean[at]) ** 2, 0);

describe("synthetic", () => {
  it("has the images of its first release: results measured on them stay comparable", async () => {
    const { options } = synthetic();
    expect(options).toEqual({ classes: 8, size: 32, train: 2048, test: 512, seed: 1 });
    expect({
      train: checksum(await read(await synthetic().open("train"), 64)),
      test: checksum(await read(await synthetic().open("test"), 64)),
    }).toMatchInlineSnapshot(`
      {
        "test": "d4019ae319ce818e36a282feefe7189338cd0c33ff250708471ef39d540e1f6c",
        "train": "e01d5fbd629ef576b49d55744907841097799d45c3835918d65b1f3c96c88d27",
      }
    `);
  });

  it("gives an image that does not depend on how many there are, and does on the seed", async () => {
    const few = await read(await synthetic({ train: 16 }).open("train"));
    expect(await read(await synthetic({ train: 99 }).open("train"), 16)).toEqual(few);
    expect(await read(await synthetic({ train: 16, seed: 2 }).open("train"))).not.toEqual(few);
  });

  it("has classes of equal size, named by their shapes", async () => {
    const { labels, classes } = await synthetic({ classes: 5, train: 100 }).open("train");
    expect(classes).toEqual(["disc", "ring", "square", "triangle", "cross"]);
    for (const label of classes!.keys()) expect(labels!.filter((other) => other === label)).toHaveLength(20);
  });

  it("has the statistics that it states", async () => {
    const { statistics, open } = synthetic({ train: 1500, seed: 3 });
    const values = (await read(await open("train"))).flatMap(({ data }) => [...data]);
    for (const channel of [0, 1, 2]) {
      const own = values.filter((_, at) => at % 3 === channel).map((value) => value / 255);
      const mean = own.reduce((sum, value) => sum + value, 0) / own.length;
      const variance = own.reduce((sum, value) => sum + (value - mean) ** 2, 0) / own.length;
      expect(Math.abs(mean - statistics!.mean[channel])).toBeLessThan(0.015);
      expect(Math.abs(Math.sqrt(variance) - statistics!.std[channel])).toBeLessThan(0.01);
    }
  });

  it("does not give the class away by the values of pixels: the nearest class mean is hardly better than chance", async () => {
    const classes = 8;
    const train = await read(await synthetic({ train: 1600 }).open("train"));
    const test = await read(await synthetic({ test: 800 }).open("test"));
    const means = Array.from({ length: classes }, () => new Float64Array(train[0].data.length));
    train.forEach(({ data }, i) => data.forEach((value, at) => (means[i % classes][at] += value / 200)));
    const right = test.filter(({ data }, i) => {
      const distances = means.map((mean) => distance(data, mean));
      return distances.indexOf(Math.min(...distances)) === i % classes;
    });
    expect(right.length / test.length).toBeLessThan(0.22);
  });

  it("shows the shape: another shape in the same scene is another image", () => {
    for (let scene = 0; scene < 20; scene++) {
      const images = Object.values(shapes).map((shape) =>
        render(drawScene(createRng(1).fork(scene)), shape, 32, createRng(2)),
      );
      for (const [i, a] of images.entries()) {
        for (const b of images.slice(0, i)) {
          const changed = a.filter((value, at) => Math.abs(value - b[at]) > 8).length;
          expect(changed).toBeGreaterThan(30);
        }
      }
    }
  });

  it("draws the same scene at any size", () => {
    const scene = { ...drawScene(createRng(4)), noise: 0 };
    const small = render(scene, shapes.star, 24, createRng(1));
    const large = render(scene, shapes.star, 96, createRng(1));
    // The mean of each 4 × 4 block is the small image's pixel, but for edges within it.
    let difference = 0;
    for (let row = 0; row < 24; row++) {
      for (let column = 0; column < 24; column++) {
        let sum = 0;
        for (let i = 0; i < 16; i++) {
          sum += large[((row * 4 + (i >> 2)) * 96 + column * 4 + (i & 3)) * 3];
        }
        difference += Math.abs(sum / 16 - small[(row * 24 + column) * 3]);
      }
    }
    expect(difference / 24 ** 2).toBeLessThan(3);
  });

  it.each([
    [{ classes: 11 }, "classes must be <= 10, got 11"],
    [{ classes: 1 }, "classes must be >= 2, got 1"],
    [{ size: 8 }, "size must be >= 16, got 8"],
    [{ train: 0 }, "train must be >= 1, got 0"],
  ])("refuses %o", (options, message) => {
    expect(() => synthetic(options)).toThrow(`dataset "synthetic": ${message}`);
  });
});
