import { type Backend, createRng } from "@contrastive/core";
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
import { beforeAll, describe, expect, it } from "vitest";
import { anyWarp } from "./images/any-warp.js";
import { programOf, resizedAfter } from "./images/programs.js";
import { randomSteps } from "./images/random-steps.js";
import { stepCases } from "./images/step-cases.js";
import { expectNoLeak } from "./leaks.js";
import { picture } from "./picture.js";

/**
 * Registers tests of a backend's kernel "ImageProgram" that has the bits of its reference, `runImageProgram`: every step on grey
 * and RGB images of odd, even and smallest sizes, magnitudes without bounds, and long programs of random steps. Values are read
 * asynchronously only.
 *
 * ```ts
 * imageProgramConformance("wasm", wasm);
 * ```
 */
export function imageProgramConformance(name: string, make: () => Backend): void {
  describe(`image program conformance: ${name}`, () => {
    beforeAll(async () => void (await make().init()));

    describe.each([1, 3])("on images of %d channels", (channels) => {
      it.each(sizes)("runs each step as the reference does, on %d×%d", async (height, width) => {
        const image = picture({ height, width, channels }, 1);
        for (const steps of stepCases(image)) await expectAsReference([image], [programOf(image, steps)]);
      });

      it.each(sizes)("runs random steps as the reference does, on %d×%d", async (height, width) => {
        const images = Array.from({ length: 4 }, (_, i) => picture({ height, width, channels }, i));
        const whole = Array.from({ length: 24 }, (_, i) => images[i % images.length]);
        const programs = whole.map((image, i) => {
          const rng = createRng(i).fork("steps", height, width, channels);
          return programOf(image, resizedAfter(image, randomSteps(rng, image, 1 + i), [9, 7]));
        });
        await expectAsReference(whole, programs);
      });

      it.each(sizes)("warps by any map as the reference does, from %d×%d", async (height, width) => {
        const image = picture({ height, width, channels }, 1);
        const rng = createRng(1).fork("warps", height, width, channels);
        for (let i = 0; i < 150; i++) await expectAsReference([image], [programOf(image, [anyWarp(rng)])]);
      });

      it("runs programs of images of several sizes in one batch, whoever stands beside", async () => {
        const images = sizes.map(([height, width], i) => picture({ height, width, channels }, i));
        const programs = images.map((image, i) =>
          programOf(image, resizedAfter(image, randomSteps(createRng(i), image, 5), [6, 5])),
        );
        await expectAsReference(images, programs);
        await expectAsReference(images.toReversed(), programs.toReversed());
      });

      it.each<[string, (values: readonly number[]) => readonly number[]]>([
        ["one value", (values) => values.slice(0, 1)],
        ["a value a channel", (values) => values.slice(0, channels)],
      ])("normalises by %s", async (_, some) => {
        const images = [0, 1].map((i) => picture({ height: 5, width: 7, channels }, i));
        const programs = images.map((image) => programOf(image, [{ op: "brightness", factor: 0.9 }]));
        const mean = some([0.4914, 0.4822, 0.4465]);
        const std = some([0.247, 0.243, 0.262]);
        await expectAsReference(images, programs, { mean, std });
      });
    });

    it("gives the bytes where nothing is done", async () => {
      const data = Uint8Array.from({ length: 256 }, (_, i) => i);
      const image: ImageBytes = { height: 16, width: 16, channels: 1, data };
      const batch = applyImagePrograms([image], [programOf(image, [])]);
      expect(await batch.data()).toEqual(Float32Array.from(data, (byte) => byte / 255));
      batch.dispose();
    });

    it("of an image without pixels makes none", async () => {
      const image: ImageBytes = { height: 0, width: 4, channels: 3, data: new Uint8Array(0) };
      const batch = applyImagePrograms([image], [programOf(image, [])]);
      expect([batch.shape, (await batch.data()).length]).toEqual([[1, 0, 4, 3], 0]);
      batch.dispose();
    });

    it.each(refused)("refuses as the reference does: %s", async (_, bad, steps) => {
      const image = picture(small, 0);
      const good: ImageProgram = { output: small, steps: [] };
      const program: ImageProgram = { output: small, steps };
      const message = messageOf(() => runImageProgram(bad, program, new Float32Array(1000)));
      expect(message).toMatch(/^image program: /);
      await expectNoLeak(() => {
        expect(messageOf(() => applyImagePrograms([image, bad], [good, program]))).toBe(message);
      });
    });
  });
}

/** Odd and even, high and wide, and too small for neighbours. */
const sizes: readonly (readonly [number, number])[] = [
  [32, 32],
  [13, 11],
  [8, 12],
  [3, 3],
  [2, 40],
  [37, 1],
  [1, 1],
];

const small: ImageShape = { height: 6, width: 5, channels: 3 };

const whole = { op: "resizedCrop", top: 0, left: 0, height: 6, width: 5, outHeight: 6, outWidth: 5 } as const;

const refused: readonly (readonly [string, ImageBytes, ImageStep[]])[] = [
  ["an image of too few bytes", { ...picture(small, 0), height: 7 }, []],
  ["four channels", { ...picture(small, 0), channels: 4 }, []],
  ["a box that reaches out", picture(small, 0), [{ ...whole, top: 1 }]],
  ["a negative factor", picture(small, 0), [{ op: "grayscale" }, { op: "sharpness", factor: -1 }]],
  ["a threshold above 1", picture(small, 0), [{ op: "solarize", threshold: 1.5 }]],
  // A program may come from JSON.
  ["an unknown step", picture(small, 0), [{ op: "swirl" } as unknown as ImageStep]],
  ["a kernel wider than two images", picture(small, 0), [{ op: "gaussianBlur", kernelSize: 11, sigma: 1 }]],
  ["another shape than promised", picture(small, 0), [{ ...whole, outWidth: 4 }]],
];

async function expectAsReference(
  images: readonly ImageBytes[],
  programs: readonly ImageProgram[],
  normalize?: ChannelScaling,
): Promise<void> {
  const { height, width, channels } = programs[0].output;
  const size = height * width * channels;
  const expected = new Float32Array(programs.length * size);
  programs.forEach((program, i) => runImageProgram(images[i], program, expected, i * size));
  if (normalize !== undefined) {
    const eachOf = (values: readonly number[]) =>
      Array.from({ length: channels }, (_, c) => values[c % values.length]);
    normalizeInPlace(expected, { mean: eachOf(normalize.mean), std: eachOf(normalize.std) });
  }
  await expectNoLeak(async () => {
    const batch = applyImagePrograms(images, programs, { ...(normalize && { normalize }) });
    expect(batch.shape).toEqual([images.length, height, width, channels]);
    const actual = (await batch.data()) as Float32Array;
    const other = expected.findIndex((value, i) => actual[i] !== value);
    if (other >= 0) {
      expect.fail(
        `value ${other % size} of ${size}: got ${actual[other]}, expected ${expected[other]}, of ` +
          JSON.stringify(programs[Math.floor(other / size)].steps),
      );
    }
    batch.dispose();
  });
}

function messageOf(run: () => unknown): string | undefined {
  try {
    run();
  } catch (error) {
    return (error as Error).message;
  }
  return undefined;
}
