import { readFileSync } from "node:fs";
import {
  applyImagePrograms,
  type ChannelScaling,
  type ImageBytes,
  type ImageProgram,
  type ImageShape,
  type ImageStep,
  normalizeInPlace,
  runImageProgram,
} from "@contrastive/ops";
import { expectNoLeak } from "@contrastive/testing";
import { beforeAll, describe, expect, test } from "vitest";
// By path: augmentations stand above a backend, which can't name them.
import {
  colorJitter,
  compose,
  gaussianBlur,
  grayscale,
  randomFlip,
  randomResizedCrop,
  resize,
  simAugment,
} from "../../../../augment/src/index.js";
import { wasm } from "../../wasm.js";

/** Noise, with some pixels black, white and grey, and some that have two channels alike. */
function picture(height: number, width: number, channels = 3, number = 0): ImageBytes {
  const data = new Uint8Array(height * width * channels);
  for (let i = 0; i < data.length; i++) data[i] = Math.imul(i + 1 + 7919 * number, 2654435761) >>> 24;
  const colours = [
    [0, 0, 0],
    [255, 255, 255],
    [100, 100, 100],
    [200, 200, 7],
    [7, 200, 200],
    [200, 7, 200],
    [254, 255, 255],
  ];
  colours.forEach((colour, pixel) => {
    if (pixel < height * width) data.set(colour.slice(0, channels), pixel * channels);
  });
  return { data, height, width, channels };
}

function programOf(image: ImageBytes, ...steps: readonly ImageStep[]): ImageProgram {
  let { height, width } = image;
  for (const step of steps) {
    if (step.op === "resizedCrop") [height, width] = [step.outHeight, step.outWidth];
  }
  return { output: { height, width, channels: image.channels }, steps };
}

function referenceOf(
  images: readonly ImageBytes[],
  programs: readonly ImageProgram[],
  normalize?: ChannelScaling,
): Float32Array {
  const { height, width, channels } = programs[0].output;
  const size = height * width * channels;
  const values = new Float32Array(programs.length * size);
  programs.forEach((program, i) => runImageProgram(images[i], program, values, i * size));
  if (normalize !== undefined) normalizeInPlace(values, normalize);
  return values;
}

function valuesOf(
  images: readonly ImageBytes[],
  programs: readonly ImageProgram[],
  normalize?: ChannelScaling,
): Float32Array {
  const batch = applyImagePrograms(images, programs, { ...(normalize && { normalize }) });
  const { height, width, channels } = programs[0].output;
  expect(batch.shape).toEqual([images.length, height, width, channels]);
  const values = batch.dataSync<"float32">().slice();
  batch.dispose();
  return values;
}

/** Fails with the place of the largest difference. */
function expectWithin(actual: Float32Array, expected: Float32Array, tolerance = 4e-6): void {
  expect(actual.length).toBe(expected.length);
  const differences = actual.map((value, i) => Math.abs(value - expected[i]));
  // A difference that is not a number counts as the largest.
  const worst = differences.reduce((at, one, i) => (one <= differences[at] ? at : i), 0);
  expect(differences[worst], `at ${worst}: ${actual[worst]}, expected ${expected[worst]}`).toBeLessThan(
    tolerance,
  );
}

async function expectAsReference(
  images: readonly ImageBytes[],
  programs: readonly ImageProgram[],
  { normalize, tolerance }: { normalize?: ChannelScaling; tolerance?: number } = {},
): Promise<void> {
  await expectNoLeak(() =>
    expectWithin(valuesOf(images, programs, normalize), referenceOf(images, programs, normalize), tolerance),
  );
}

const crop = (
  [top, left, height, width]: [number, number, number, number],
  [outHeight, outWidth]: [number, number],
): ImageStep => ({ op: "resizedCrop", top, left, height, width, outHeight, outWidth });

const blur = (kernelSize: number, sigma: number): ImageStep => ({ op: "gaussianBlur", kernelSize, sigma });

interface Golden {
  readonly images: Record<string, ImageShape>;
  readonly cases: readonly { image: string; program: ImageProgram; values: string }[];
}

/** Of torchvision, made by bench/peers/augment_golden.py. */
const golden = JSON.parse(
  readFileSync(new URL("../../../../ops/fixtures/image-program.json", import.meta.url), "utf8"),
) as Golden;

/** On an image of 13×11. */
const stepLists: readonly (readonly ImageStep[])[] = [
  ...golden.cases.filter(({ image }) => image === "rgb").map(({ program }) => program.steps),
  [crop([12, 10, 1, 1], [4, 2])],
  [crop([0, 0, 13, 11], [1, 1])],
  [crop([3, 2, 9, 9], [29, 2])],
  [crop([2, 1, 10, 7], [13, 11]), { op: "flipHorizontal" }],
  [crop([1, 3, 12, 8], [5, 3]), { op: "flipHorizontal" }, { op: "flipHorizontal" }],
  ...[0, 1.7, 1000].flatMap((factor): ImageStep[][] => [
    [{ op: "brightness", factor }],
    [{ op: "contrast", factor: Math.min(factor, 10) }],
    [{ op: "saturation", factor: Math.min(factor, 10) }],
  ]),
  ...[-0.5, -0.2, 0, 0.1, 1 / 3, 0.5].map((shift): ImageStep[] => [{ op: "hue", shift }]),
  [blur(1, 1)],
  [blur(3, 1e-200)],
  [blur(7, 1.3)],
  [blur(21, Infinity)],
  [
    { op: "flipHorizontal" },
    crop([2, 3, 8, 7], [17, 6]),
    crop([1, 1, 9, 5], [9, 12]),
    { op: "flipVertical" },
  ],
  [
    crop([0, 2, 11, 9], [12, 12]),
    { op: "contrast", factor: 1.4 },
    blur(5, 0.8),
    { op: "hue", shift: -0.1 },
    { op: "contrast", factor: 0.6 },
    { op: "grayscale" },
    blur(3, 2),
    { op: "brightness", factor: 1.2 },
  ],
];

const title = (steps: readonly ImageStep[]) => steps.map((step) => JSON.stringify(step)).join() || "nothing";

describe.each([1, 2])("image programs in %d threads", (threads) => {
  beforeAll(async () => void (await wasm({ threads }).init()));

  describe.each([1, 3])("on %d channels", (channels) => {
    test.each(stepLists.map((steps) => ({ steps, title: title(steps) })))("$title", async ({ steps }) => {
      const image = picture(13, 11, channels);
      const program = programOf(image, ...steps);
      const { height, width } = program.output;
      const other = picture(33, 32, channels);
      // As it is, the large image is worked on as a whole.
      const whole = programOf(other, { op: "flipVertical" }, crop([0, 0, 33, 32], [height, width]));
      await expectAsReference([image], [program]);
      await expectAsReference([image, other, image], [program, whole, program]);
    });
  });

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
      return picture(height, width, 3, i);
    });
    const programs = images.map((image, index) =>
      recipe.sample({ seed: 1, epoch: 0, index, view: 0 }, image),
    );
    await expectAsReference(images, programs, { tolerance: 1e-5 });
  });

  test.each([1, 3])("of steps in any order, on %d channels", async (channels) => {
    const parts = [
      colorJitter({ brightness: 1, contrast: 1, saturation: 1, hue: 0.5 }),
      gaussianBlur({ kernelSize: 5, probability: 0.7 }),
      randomResizedCrop({ scale: [0.3, 1] }),
      randomFlip({ probability: 0.5 }),
      grayscale({ probability: 0.3 }),
      randomResizedCrop({ scale: [0.8, 1] }),
    ];
    const image = picture(14, 18, channels);
    const programs = Array.from({ length: 36 }, (_, index) => {
      const turned = [...parts.slice(index % 6), ...parts.slice(0, index % 6)];
      return compose(turned).sample({ seed: 2, epoch: 1, index, view: 0 }, image);
    });
    await expectAsReference(
      programs.map(() => image),
      programs,
    );
  });

  test.each<[number, ChannelScaling]>([
    [3, { mean: [0.4914, 0.4822, 0.4465], std: [0.247, 0.243, 0.262] }],
    [3, { mean: [0.5], std: [0.25] }],
    [1, { mean: [0.3], std: [0.1] }],
  ])("normalised, of %d channels", async (channels, normalize) => {
    const image = picture(5, 7, channels);
    const program = programOf(image, { op: "brightness", factor: 0.9 });
    const expected = referenceOf([image], [program]).slice();
    const { mean, std } = normalize;
    const of = (list: readonly number[], i: number) => list[list.length === 1 ? 0 : i % channels];
    const scaled = expected.map((value, i) => (value - of(mean, i)) / of(std, i));
    await expectNoLeak(() => expectWithin(valuesOf([image], [program], normalize), scaled, 1e-5));
  });

  test("of more bytes than are copied at a time", async () => {
    const images = [picture(2100, 2000, 3, 1), picture(2000, 2200, 3, 2), picture(1500, 3000, 3, 3)];
    const batch = [images[0], images[0], images[1], images[2], images[2], images[0]];
    const programs = batch.map((image, i) => programOf(image, crop([i, 2 * i, 1400, 1900], [6, 5])));
    await expectAsReference(batch, programs, { tolerance: 1e-5 });
  });
});

describe("image programs", () => {
  beforeAll(async () => void (await wasm({ threads: 2 }).init()));

  test("give the bytes where nothing is done", () => {
    const data = Uint8Array.from({ length: 256 }, (_, i) => i);
    const image: ImageBytes = { height: 16, width: 16, channels: 1, data };
    expectWithin(
      valuesOf([image], [programOf(image)]),
      Float32Array.from(data, (byte) => byte / 255),
      1e-7,
    );
  });

  test("give the same bits in any number of threads, with any SIMD, whoever stands beside in the batch", async () => {
    const images = Array.from({ length: 50 }, (_, i) => picture(20 + (i % 3), 33, 3, i));
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

  test.each<[string, ImageStep[]]>([
    ["a factor that leaves float32 too few digits", [{ op: "contrast", factor: 1e6 }]],
    ["a factor beyond float32", [{ op: "brightness", factor: 1e60 }]],
    ["more pixels than fit", [crop([0, 0, 5, 4], [1025, 1025]), crop([0, 0, 1025, 1025], [5, 4])]],
  ])("run in JavaScript: %s", async (_, steps) => {
    const image = picture(5, 4);
    const [hard, easy] = [programOf(image, ...steps), programOf(image, { op: "hue", shift: 0.2 })];
    const normalize = { mean: [0.5], std: [0.25] };
    await expectNoLeak(() => {
      const values = valuesOf([image, image, image], [easy, hard, easy], normalize);
      const expected = referenceOf([image, image, image], [easy, hard, easy]);
      normalizeInPlace(expected, { mean: [0.5, 0.5, 0.5], std: [0.25, 0.25, 0.25] });
      expect(values.slice(60, 120)).toEqual(expected.slice(60, 120));
      expectWithin(values, expected, 1e-5);
    });
  });

  test("of an image without pixels make none", () => {
    const image: ImageBytes = { height: 0, width: 4, channels: 3, data: new Uint8Array(0) };
    expect(valuesOf([image], [programOf(image)]).length).toBe(0);
  });

  const image = picture(6, 5);
  test.each<[string, ImageBytes, ImageStep[]]>([
    ["an image of too few bytes", { ...image, height: 7 }, []],
    ["four channels", { ...image, channels: 4 }, []],
    ["a box that reaches out", image, [crop([1, 0, 6, 5], [6, 5])]],
    ["a negative factor", image, [{ op: "grayscale" }, { op: "contrast", factor: -1 }]],
    ["an unknown step", image, [{ op: "swirl" } as unknown as ImageStep]],
    ["a kernel wider than two images", image, [blur(11, 1)]],
    ["another shape than promised", image, [crop([0, 0, 6, 5], [6, 4])]],
  ])("refuse what the reference refuses: %s", async (_, bad, steps) => {
    const good: ImageProgram = { output: { height: 6, width: 5, channels: 3 }, steps: [] };
    const program = { ...good, steps };
    const message = messageOf(() => runImageProgram(bad, program, new Float32Array(1000)));
    expect(message).toMatch(/^image program: /);
    await expectNoLeak(() => {
      expect(messageOf(() => applyImagePrograms([image, bad], [good, program]))).toBe(message);
    });
  });

  test("are not the reference, which rounds otherwise", () => {
    const steps = [crop([1, 1, 4, 3], [6, 5]), blur(3, 1)];
    expect(valuesOf([image], [programOf(image, ...steps)])).not.toEqual(
      referenceOf([image], [programOf(image, ...steps)]),
    );
  });
});

function messageOf(run: () => unknown): string | undefined {
  try {
    run();
  } catch (error) {
    return (error as Error).message;
  }
  return undefined;
}
