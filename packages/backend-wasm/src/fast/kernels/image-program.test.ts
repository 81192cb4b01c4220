import {
  applyImagePrograms,
  type ImageBytes,
  type ImageProgram,
  type ImageStep,
  normalizeInPlace,
  runImageProgram,
} from "@contrastive/ops";
import { expectNoLeak } from "@contrastive/testing";
import { beforeAll, describe, expect, test } from "vitest";
// By path: augmentations stand above a backend, which can't name them.
import {
  autoAugment,
  compose,
  gentle,
  randAugment,
  randomErasing,
  randomFlip,
  randomPerspective,
  randomResizedCrop,
  resize,
  simAugment,
  stackedRandAugment,
  trivialAugment,
} from "../../../../augment/src/index.js";
import { wasm } from "../../wasm.js";

/** Noise, another for each number. */
function picture(height: number, width: number, number = 0): ImageBytes {
  const data = new Uint8Array(height * width * 3);
  for (let i = 0; i < data.length; i++) data[i] = Math.imul(i + 1 + 7919 * number, 2654435761) >>> 24;
  return { data, height, width, channels: 3 };
}

function programOf(image: ImageBytes, ...steps: readonly ImageStep[]): ImageProgram {
  let { height, width } = image;
  for (const step of steps) {
    if (step.op === "resizedCrop") [height, width] = [step.outHeight, step.outWidth];
  }
  return { output: { height, width, channels: image.channels }, steps };
}

function referenceOf(images: readonly ImageBytes[], programs: readonly ImageProgram[]): Float32Array {
  const { height, width, channels } = programs[0].output;
  const size = height * width * channels;
  const values = new Float32Array(programs.length * size);
  programs.forEach((program, i) => runImageProgram(images[i], program, values, i * size));
  return values;
}

function valuesOf(images: readonly ImageBytes[], programs: readonly ImageProgram[]): Float32Array {
  const batch = applyImagePrograms(images, programs);
  const values = batch.dataSync<"float32">().slice();
  batch.dispose();
  return values;
}

async function expectAsReference(
  images: readonly ImageBytes[],
  programs: readonly ImageProgram[],
): Promise<void> {
  const expected = referenceOf(images, programs);
  await expectNoLeak(() => {
    const actual = valuesOf(images, programs);
    expect(actual.length).toBe(expected.length);
    // Not `toEqual`: there are many values.
    const other = expected.findIndex((value, i) => actual[i] !== value);
    if (other >= 0) expect.fail(`at ${other}: got ${actual[other]}, expected ${expected[other]}`);
  });
}

const crop = (
  [top, left, height, width]: [number, number, number, number],
  [outHeight, outWidth]: [number, number],
): ImageStep => ({ op: "resizedCrop", top, left, height, width, outHeight, outWidth });

describe.each([1, 2])("image programs in %d threads", (threads) => {
  beforeAll(async () => void (await wasm({ threads }).init()));

  test.each([
    ["SupContrast's on CIFAR", simAugment(), [[32, 32]]],
    [
      "SimCLR's on ImageNet",
      simAugment({ size: 96, scale: [0.08, 1], strength: 1 }),
      [
        [300, 401],
        [96, 97],
        [500, 375],
      ],
    ],
    ["a linear probe's", compose([randomResizedCrop(), randomFlip()]), [[32, 32]]],
    ["AutoAugment", autoAugment(), [[32, 32]]],
    ["RandAugment", randAugment(), [[33, 31]]],
    ["TrivialAugment", trivialAugment(), [[32, 32]]],
    ["a gentle one", compose([gentle(), randomErasing({ value: "noise" }), randomPerspective()]), [[31, 40]]],
    ["stacked RandAugment", stackedRandAugment({ size: 40 }), [[64, 70]]],
    [
      "one that resizes first",
      compose([resize({ size: [19, 17] }), simAugment({ blurProbability: 1 })]),
      [
        [40, 31],
        [9, 64],
        [1, 1],
        [70, 3],
      ],
    ],
  ])("of a recipe, %s", async (_, recipe, sizes) => {
    const images = Array.from({ length: 40 }, (_, i) => {
      const [height, width] = sizes[i % sizes.length];
      return picture(height, width, i);
    });
    const programs = images.map((image, index) =>
      recipe.sample({ seed: 1, epoch: 0, index, view: 0 }, image),
    );
    await expectAsReference(images, programs);
  });

  test("of more bytes than are copied at a time", async () => {
    const images = [picture(2100, 2000, 1), picture(2000, 2200, 2), picture(1500, 3000, 3)];
    const batch = [images[0], images[0], images[1], images[2], images[2], images[0]];
    const programs = batch.map((image, i) => programOf(image, crop([i, 2 * i, 1400, 1900], [6, 5])));
    await expectAsReference(batch, programs);
  });
});

describe("image programs", () => {
  beforeAll(async () => void (await wasm({ threads: 2 }).init()));

  test("give the same bits in any number of threads, with any SIMD, whoever stands beside in the batch", async () => {
    const images = Array.from({ length: 50 }, (_, i) => picture(20 + (i % 3), 33, i));
    const recipe = simAugment({ size: [19, 21], blurProbability: 0.5 });
    const programs = images.map((image, index) =>
      recipe.sample({ seed: 1, epoch: 0, index, view: 0 }, image),
    );
    const several = valuesOf(images, programs);
    const size = several.length / images.length;
    for (const options of [{ threads: 1 }, { threads: 2, relaxedSimd: false }, { threads: 3 }]) {
      await wasm(options).init();
      expect(valuesOf(images, programs), JSON.stringify(options)).toEqual(several);
      const alone = valuesOf([images[7]], [programs[7]]);
      expect(alone).toEqual(several.slice(7 * size, 8 * size));
    }
  });

  test("of more pixels than fit are run beside the others, normalised", async () => {
    const image = picture(5, 4);
    const easy = programOf(image, { op: "hue", shift: 0.2 });
    const large = programOf(image, crop([0, 0, 5, 4], [1025, 1025]), crop([0, 0, 1025, 1025], [5, 4]));
    const [images, programs] = [
      [image, image, image],
      [easy, large, easy],
    ];
    const expected = referenceOf(images, programs);
    normalizeInPlace(expected, { mean: [0.5, 0.5, 0.5], std: [0.25, 0.25, 0.25] });
    await expectNoLeak(() => {
      const batch = applyImagePrograms(images, programs, { normalize: { mean: [0.5], std: [0.25] } });
      expect(batch.dataSync()).toEqual(expected);
      batch.dispose();
    });
  });
});
