import {
  applyImagePrograms,
  type ChannelScaling,
  type ImageBytes,
  type ImageProgram,
  type ImageStep,
  runImageProgram,
  type WarpStep,
} from "@contrastive/ops";
import { expectNoLeak, seededValues } from "@contrastive/testing";
import type { WebGPUBackend } from "@tensorflow/tfjs-backend-webgpu";
import * as tf from "@tensorflow/tfjs-core";
import { describe, expect, test } from "vitest";
// By path: augmentations stand above a backend, which can't name them.
import {
  colorJitter,
  compose,
  gaussianBlur,
  gentle,
  grayscale,
  randomBend,
  randomCrop,
  randomErasing,
  randomFlip,
  randomPerspective,
  randomResizedCrop,
  resize,
  simAugment,
  trivialAugment,
} from "../../../augment/src/index.js";
import { createDispatcher } from "../runner/dispatcher.js";
import { createRunner } from "../runner/runner.js";
import { imagePrograms } from "../shaders/image-program/image-program.js";
import { packImagePrograms } from "./pack-image-programs.js";
import { counting } from "../../test/counting.js";
import { describeOnGpu } from "../../test/gpu.js";

/** Noise, with some pixels black, white and grey, and some that have two channels alike. */
function picture(height: number, width: number, channels = 3, name = ""): ImageBytes {
  const noise = seededValues(`picture ${name} ${height} ${width}`, height * width * channels);
  const data = Uint8Array.from(noise, (u) => Math.min(255, Math.floor(Math.abs(u) * 200)));
  const set = (pixel: number, values: readonly number[]) => {
    for (let c = 0; c < channels && pixel < height * width; c++) data[pixel * channels + c] = values[c];
  };
  set(1, [0, 0, 0]);
  set(2, [255, 255, 255]);
  set(3, [100, 100, 100]);
  set(4, [200, 200, 7]);
  set(5, [7, 200, 200]);
  set(6, [200, 7, 200]);
  set(7, [254, 255, 255]);
  return { data, height, width, channels };
}

function programOf(image: ImageBytes, ...steps: readonly ImageStep[]): ImageProgram {
  let { height, width } = image;
  for (const step of steps) {
    if (step.op === "resizedCrop" || step.op === "warp") [height, width] = [step.outHeight, step.outWidth];
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
  if (normalize === undefined) return values;
  const { mean, std } = normalize;
  const of = (list: readonly number[], i: number) => list[list.length === 1 ? 0 : i % channels];
  return values.map((value, i) => (value - of(mean, i)) / of(std, i));
}

/** Fails with the place of the largest difference. */
function expectWithin(actual: Float32Array, expected: Float32Array, tolerance = 4e-6): void {
  expect(actual.length).toBe(expected.length);
  const differences = actual.map((value, i) => Math.abs(value - expected[i]));
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
  await expectNoLeak(async () => {
    const { result, dispatches, uploads } = counting(() =>
      applyImagePrograms(images, programs, { ...(normalize && { normalize }) }),
    );
    const { height, width, channels } = programs[0].output;
    expect(result.shape).toEqual([images.length, height, width, channels]);
    expectWithin(await result.data<"float32">(), referenceOf(images, programs, normalize), tolerance);
    expect({ dispatches, uploads }).toEqual({ dispatches: 1, uploads: [] });
    result.dispose();
  });
}

/** More pixels than workgroup memory holds: in a batch with this one, all are worked on in a buffer. */
const large = (channels: number): ImageBytes => picture(33, 32, channels);

const crop = (
  [top, left, height, width]: [number, number, number, number],
  [outHeight, outWidth]: [number, number],
): ImageStep => ({ op: "resizedCrop", top, left, height, width, outHeight, outWidth });

const blur = (kernelSize: number, sigma: number): ImageStep => ({ op: "gaussianBlur", kernelSize, sigma });

const warp = (
  [xx, xy, x0, yx, yy, y0, wx = 0, wy = 0]: readonly number[],
  interpolation: WarpStep["interpolation"],
  border: WarpStep["border"],
  [outHeight, outWidth]: readonly [number, number] = [13, 11],
): ImageStep => {
  const numbers = Object.entries({ xx, xy, x0, yx, yy, y0, wx, wy }).map(([k, v]) => [k, Math.fround(v)]);
  const map = Object.fromEntries(numbers) as Pick<
    WarpStep,
    "xx" | "xy" | "x0" | "yx" | "yy" | "y0" | "wx" | "wy"
  >;
  return { op: "warp", ...map, outHeight, outWidth, interpolation, border, fill: 0.25 };
};

const turn = [0.87, -0.45, 3.1, 0.52, 0.91, -2.3];
const view = [0.57, -0.12, -0.15, 0.09, 0.42, -0.66, -0.043, -0.051];

/** On an image of 13×11. */
const stepLists: readonly (readonly ImageStep[])[] = [
  [],
  [crop([0, 0, 13, 11], [13, 11])],
  [crop([2, 1, 10, 7], [13, 11])],
  [crop([1, 3, 12, 8], [5, 3])],
  [crop([12, 10, 1, 1], [4, 2])],
  [crop([0, 0, 13, 11], [1, 1])],
  [crop([3, 2, 9, 9], [29, 2])],
  [{ op: "flipHorizontal" }],
  [{ op: "flipVertical" }],
  ...[0, 0.4, 1.7, 1000].flatMap((factor): ImageStep[][] => [
    [{ op: "brightness", factor }],
    [{ op: "contrast", factor: Math.min(factor, 10) }],
    [{ op: "saturation", factor: Math.min(factor, 10) }],
  ]),
  ...[-0.5, -0.2, 0, 0.1, 1 / 3, 0.5].map((shift): ImageStep[] => [{ op: "hue", shift }]),
  [{ op: "grayscale" }],
  [blur(1, 1)],
  [blur(3, 0.1)],
  [blur(3, 1e-30)],
  [blur(7, 1.3)],
  [blur(21, 1e6)],
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
  ...(["constant", "edge", "reflect", "symmetric"] as const).flatMap((border): ImageStep[][] => [
    [warp(turn, "bilinear", border)],
    [warp(turn, "nearest", border, [7, 21])],
    // Ties: the places of half pixels.
    [warp([1, 0, -5.5, 0, 1, 19.5], "nearest", border)],
  ]),
  [warp(view, "bilinear", "constant")],
  [warp(view, "nearest", "constant", [20, 5])],
  [warp([0.3, 0, 1, 0, 0.2, 0, -0.1, 0], "bilinear", "constant")],
  // 170 of 255 levels are two thirds.
  ...[0, 0.4, 2 / 3, 1].map((threshold): ImageStep[] => [{ op: "solarize", threshold }]),
  ...[0, 1, 4, 8].map((bits): ImageStep[] => [{ op: "posterize", bits }]),
  [{ op: "invert" }],
  [{ op: "equalize" }],
  [crop([0, 0, 13, 11], [28, 30]), { op: "equalize" }, { op: "invert" }, { op: "equalize" }],
  [{ op: "contrast", factor: 0.4 }, { op: "autocontrast" }],
  [{ op: "brightness", factor: 0 }, { op: "autocontrast" }, { op: "equalize" }],
  ...[0, 0.6, 1.9, 40].map((factor): ImageStep[] => [{ op: "sharpness", factor }]),
  [crop([0, 0, 13, 11], [2, 9]), { op: "sharpness", factor: 0 }],
  [{ op: "erase", top: 2, left: 1, height: 9, width: 7, red: 0.25, green: 0.5, blue: 1 }],
  [
    { op: "eraseWithNoise", top: 3, left: 0, height: 10, width: 11, seed: 16_777_215 },
    { op: "hue", shift: 0.2 },
  ],
  [
    { op: "equalize" },
    warp(turn, "bilinear", "reflect", [12, 12]),
    { op: "autocontrast" },
    { op: "sharpness", factor: 1.5 },
    warp(view, "bilinear", "edge"),
    { op: "posterize", bits: 5 },
  ],
];

const title = (steps: readonly ImageStep[]) => steps.map((step) => JSON.stringify(step)).join() || "nothing";

describeOnGpu("image programs", () => {
  describe.each([1, 3])("on %d channels", (channels) => {
    const image = picture(13, 11, channels);
    test.each(stepLists.map((steps) => ({ steps, title: title(steps) })))("$title", async ({ steps }) => {
      const program = programOf(image, ...steps);
      await expectAsReference([image], [program]);
      const { height, width } = program.output;
      const filler = programOf(large(channels), crop([0, 0, 33, 32], [height, width]));
      // As it is, the large image is on the canvas.
      const whole = programOf(large(channels), { op: "flipVertical" }, crop([0, 0, 33, 32], [height, width]));
      await expectAsReference(
        [image, large(channels), large(channels), image],
        [program, filler, whole, program],
      );
    });
  });

  test.each([
    [32, 32, 3],
    [224, 224, 3],
    [57, 90, 1],
  ])("that bend images of %d×%d as thin plates, on %d channels", async (height, width, channels) => {
    const image = picture(height, width, channels);
    const programs = [0, 0.02, 0.1, 0.3].flatMap((distance) =>
      [1, 2, 3].map((index) => {
        const policy = randomBend({ distance, probability: 1 });
        return policy.sample({ seed: 3, epoch: 0, index, view: 0 }, image);
      }),
    );
    const images = programs.map(() => image);
    const bent = applyImagePrograms(images, programs);
    // A thousandth of a pixel is a thousandth of black from white.
    expectWithin(await bent.data<"float32">(), referenceOf(images, programs), 1e-3);
    bent.dispose();
  });

  test.each<[string, number[]]>([
    ["lie on a line", [0, 1, 2, 2, 4, 3, 6, 4]],
    ["are all but one", [4, 4, 4.01, 4, 9, 2, 3, 8]],
    ["are far away", [1e4, 3, 5e4, 4, 3, 7, 8, 9]],
  ])(
    "that bend by points which %s are left to the reference",
    async (_, [x0, y0, x1, y1, x2, y2, x3, y3]) => {
      const image = picture(13, 11);
      const program = programOf(image, { op: "bend", x0, y0, x1, y1, x2, y2, x3, y3 });
      const bent = applyImagePrograms([image], [program]);
      expect(await bent.data<"float32">()).toEqual(referenceOf([image], [program]));
      bent.dispose();
    },
  );

  test("of a policy, on images of several sizes", async () => {
    const images = [picture(40, 31), picture(9, 64), picture(32, 32), picture(1, 1), picture(70, 3)];
    const policy = compose([resize({ size: [19, 17] }), simAugment({ blurProbability: 1 })]);
    const cropping = simAugment({ size: 16, strength: 1 });
    for (const augmentation of [policy, cropping]) {
      const many = Array.from({ length: 20 }, (_, i) => images[i % images.length]);
      const programs = many.map((image, index) =>
        augmentation.sample({ seed: 1, epoch: 0, index, view: 0 }, image),
      );
      await expectAsReference(many, programs);
    }
  });

  test.each([1, 3])("of policies that warp, change tones and erase, on %d channels", async (channels) => {
    const image = picture(30, 31, channels);
    // One operation an image: what counts levels after another step would count rounding errors too.
    const policies = [
      trivialAugment(),
      compose([gentle(), randomErasing({ value: "noise" })]),
      compose([randomCrop({ border: "reflect" }), randomPerspective({ probability: 1, fill: 0.5 })]),
    ];
    for (const policy of policies) {
      const programs = Array.from({ length: 40 }, (_, index) =>
        policy.sample({ seed: 4, epoch: 0, index, view: 0 }, image),
      );
      await expectAsReference(
        programs.map(() => image),
        programs,
        { tolerance: 5e-5 },
      );
    }
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

  test("on images of 224×224, from a photo's size", async () => {
    const images = [picture(300, 401), picture(224, 224)];
    const policy = simAugment({ size: 224, strength: 1, blurProbability: 1, jitterProbability: 1 });
    const programs = images.map((image, index) =>
      policy.sample({ seed: 3, epoch: 0, index, view: 0 }, image),
    );
    await expectAsReference(images, programs, { tolerance: 1e-5 });
  });

  test("of a workgroup that does several images", async () => {
    // A canvas of which the scratch buffer holds few.
    const huge = programOf(picture(5, 5), crop([0, 0, 5, 5], [900, 700]), crop([3, 5, 800, 600], [6, 4]));
    const images = Array.from({ length: 25 }, (_, i) => picture(5, 5, 3, String(i)));
    const programs = images.map((image, i) =>
      i === 3
        ? huge
        : programOf(image, { op: "contrast", factor: 1 + i / 10 }, crop([i % 3, 0, 2, 4], [6, 4])),
    );
    await expectAsReference(images, programs);
  });

  test("of a workgroup that does several images in its own memory", async () => {
    const images = Array.from({ length: 7 }, (_, i) => picture(5 + i, 6, 3, String(i)));
    const programs = images.map((image, i) =>
      programOf(
        image,
        crop([0, 1, 5, 4], [4, 3 + (i % 2)]),
        { op: "contrast", factor: 0.5 },
        crop([0, 0, 4, 3], [4, 5]),
      ),
    );
    const output = programs[0].output;
    const packed = packImagePrograms({ images, programs, output });
    const words = [packed.programs, packed.pixels].map((bytes) =>
      tf.tensor1d(new Int32Array(bytes.slice().buffer), "int32"),
    );
    const result = tf.zeros([7, 4, 5, 3]);
    const dispatch = imagePrograms({ count: 7, steps: packed.steps, output, groups: 2 });
    const backend = tf.backend() as WebGPUBackend;
    createRunner(backend, createDispatcher(backend), () => {}).run(dispatch, [...words, result]);
    expectWithin(await result.data<"float32">(), referenceOf(images, programs));
    tf.dispose([words, result]);
  });

  test.each<[number, ChannelScaling]>([
    [3, { mean: [0.4914, 0.4822, 0.4465], std: [0.247, 0.243, 0.262] }],
    [3, { mean: [0.5], std: [0.25] }],
    [1, { mean: [0.3], std: [0.1] }],
  ])("normalised, of %d channels", async (channels, normalize) => {
    for (const image of [picture(5, 6, channels), large(channels)]) {
      const program = programOf(image, { op: "brightness", factor: 0.9 });
      await expectAsReference([image, image], [program, program], { normalize, tolerance: 1e-5 });
    }
  });

  test("give the bytes where nothing is done", async () => {
    const image: ImageBytes = {
      height: 16,
      width: 16,
      channels: 1,
      data: Uint8Array.from({ length: 256 }, (_, i) => i),
    };
    const images = applyImagePrograms([image], [programOf(image)]);
    // WGSL's division may be wrong in the last two bits.
    expectWithin(
      await images.data<"float32">(),
      Float32Array.from(image.data, (byte) => byte / 255),
      2e-7,
    );
    images.dispose();
  });

  test("give the same bits twice, and whoever stands beside in the batch", async () => {
    const image = picture(21, 22);
    const program = programOf(image, { op: "contrast", factor: 1.3 }, blur(7, 1), { op: "hue", shift: 0.2 });
    const alone = applyImagePrograms([image], [program]);
    const other = picture(21, 22, 3, "other");
    const together = applyImagePrograms([other, image, image], [programOf(other), program, program]);
    const [first, second] = [await alone.data(), await together.data()];
    expect(second.slice(first.length, 2 * first.length)).toEqual(first);
    expect(second.slice(2 * first.length)).toEqual(first);
    tf.dispose([alone, together]);
  });

  test("of two batches before either is read", async () => {
    const [one, other] = [picture(6, 6, 3, "one"), picture(6, 6, 3, "other")];
    const steps: ImageStep[] = [{ op: "flipHorizontal" }];
    const batches = [one, other].map((image) => applyImagePrograms([image], [programOf(image, ...steps)]));
    for (const [i, image] of [one, other].entries()) {
      expectWithin(await batches[i].data<"float32">(), referenceOf([image], [programOf(image, ...steps)]));
    }
    tf.dispose(batches);
  });

  test("write nothing into what is recorded and still to be read", async () => {
    const image = picture(60, 96, 1);
    const program = programOf(image, crop([3, 5, 8, 9], [4, 4]), { op: "flipHorizontal" });
    const many = {
      images: Array<ImageBytes>(40).fill(image),
      programs: Array<ImageProgram>(40).fill(program),
    };
    const { programs, pixels } = packImagePrograms({ ...many, output: program.output });
    const size = 1440;
    expect([programs.length, pixels.length]).toEqual([4 * size, 4 * size]);
    const values = Int32Array.from({ length: size }, (_, i) => i + 1);
    const tensors = [tf.tensor1d(values, "int32"), tf.tensor1d(values, "int32")];
    // Now they are on the GPU, and nothing is recorded.
    const first = tensors.map((tensor) => tf.neg(tensor));
    for (const tensor of first) await tensor.data();
    const second = tensors.map((tensor) => tf.neg(tensor));
    // Their buffers are free from here on, and of the size that the programs and the image take.
    tf.dispose(tensors);
    const result = applyImagePrograms(many.images, many.programs);
    for (const tensor of second) expect(await tensor.data()).toEqual(values.map((value) => -value));
    expectWithin(await result.data<"float32">(), referenceOf(many.images, many.programs));
    tf.dispose([first, second, result]);
  });

  test("send an image once, however many views it has, and use buffers again", async () => {
    const images = [picture(5, 7), picture(4, 3)];
    const views = [images[0], images[0], images[1], images[1], images[1]];
    const programs = views.map((image) => programOf(image, crop([0, 0, 3, 3], [4, 4]), { op: "grayscale" }));
    const pixels = 4 * Math.ceil((5 * 7 * 3 + 4 * 3 * 3) / 4);
    const expected = [4 * views.length * (4 + 2 * 16), pixels];
    const once = async () => {
      const { result, writes, uploads } = counting(() => applyImagePrograms(views, programs));
      expect({ writes, uploads }).toEqual({ writes: expected, uploads: [] });
      await result.data();
      result.dispose();
    };
    await once();
    const bytes = allocated();
    for (let i = 0; i < 3; i++) await once();
    expect(allocated()).toBe(bytes);
  });

  test.each<[string, ImageStep[]]>([
    ["a factor that leaves float32 too few digits", [{ op: "contrast", factor: 1e6 }]],
    ["a factor beyond float32", [{ op: "brightness", factor: 1e60 }]],
    ["a sigma below float32", [blur(3, 1e-200)]],
    ["a sigma without end", [blur(3, Infinity)]],
    ["a side of many pixels", [crop([0, 0, 5, 4], [1, 16_385]), crop([0, 0, 1, 16_385], [5, 4])]],
  ])("run on the processor: %s", async (_, steps) => {
    const image = picture(5, 4);
    const program = programOf(image, ...steps);
    await expectNoLeak(async () => {
      const { result, dispatches } = counting(() => applyImagePrograms([image], [program]));
      expect(dispatches).toBe(0);
      expect(await result.data()).toEqual(referenceOf([image], [program]));
      result.dispose();
    });
  });

  test("of an image without pixels make none", async () => {
    const image: ImageBytes = { height: 0, width: 4, channels: 3, data: new Uint8Array(0) };
    const { result, dispatches } = counting(() => applyImagePrograms([image], [programOf(image)]));
    expect([result.shape, dispatches, (await result.data()).length]).toEqual([[1, 0, 4, 3], 0, 0]);
    result.dispose();
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
  ])("refuse what the reference refuses: %s", (_, bad, steps) => {
    const good: ImageProgram = { output: { height: 6, width: 5, channels: 3 }, steps: [] };
    const program = { ...good, steps };
    const message = messageOf(() => runImageProgram(bad, program, new Float32Array(1000)));
    expect(message).toMatch(/^image program: /);
    expect(messageOf(() => applyImagePrograms([image, bad], [good, program]))).toBe(message);
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

/** Bytes of all buffers of tfjs's pool, in use or not. */
function allocated(): number {
  return (tf.memory() as unknown as { numBytesAllocatedInGPU: number }).numBytesAllocatedInGPU;
}
