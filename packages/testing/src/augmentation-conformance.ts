import * as tf from "@tensorflow/tfjs";
import {
  type Augmentation,
  type Backend,
  describe as describePlugin,
  type ImageProgram,
  type ImageShape,
  notReproducible,
  type SampleKey,
} from "@contrastive/core";
import { applyImagePrograms, decodeImagePrograms, encodeImagePrograms } from "@contrastive/ops";
import { beforeAll, describe, expect, it } from "vitest";
import { cpu } from "./cpu.js";
import { fingerprint } from "./fingerprint.js";
import { picture } from "./picture.js";

export interface AugmentationConformanceOptions {
  /** The factory, to check that the options rebuild the augmentation and that an unknown one is refused. */
  readonly factory?: (options: never) => Augmentation;
  /** False for one that treats every sample alike, such as a resize; default true. */
  readonly random?: boolean;
  /** Images to try it on; default colour and grey ones, square and not. */
  readonly inputs?: readonly ImageShape[];
  /** Where the tests run; default `cpu()`. */
  readonly backend?: Backend;
}

const everyday: readonly ImageShape[] = [
  { height: 32, width: 32, channels: 3 },
  { height: 32, width: 32, channels: 1 },
  { height: 48, width: 40, channels: 3 },
];

/**
 * Registers tests of all that an `Augmentation` promises: plain options, programs that depend on the key alone, on all
 * of it, and survive JSON and encoding, images of the announced shape with values in 0..1, grey ones too. What works
 * on tensors is tested likewise, and must treat a sample the same in any batch and leave its input alone.
 *
 * ```ts
 * augmentationConformance("random flip", () => randomFlip(), { factory: randomFlip });
 * ```
 */
export function augmentationConformance(
  name: string,
  make: () => Augmentation,
  { factory, random = true, inputs = everyday, backend = cpu() }: AugmentationConformanceOptions = {},
): void {
  describe(`augmentation conformance: ${name} (${backend.name})`, () => {
    beforeAll(async () => void (await backend.init()));

    it("has a name, and options that JSON can hold", () => {
      const augmentation = make();
      expect(augmentation.name).not.toBe("");
      if (augmentation.source === undefined) return;
      const described = describePlugin(augmentation);
      expect(JSON.parse(JSON.stringify(described))).toEqual(described);
      expect(notReproducible(described)).toEqual([]);
    });

    if (factory !== undefined)
      it("is rebuilt by its options, and refuses an unknown one by name", async () => {
        const first = make();
        const again = factory(first.options as never);
        expect(describePlugin(again)).toEqual(describePlugin(first));
        const [a, b] = [await views(first, inputs[0], keys), await views(again, inputs[0], keys)];
        expect(fingerprint(b)).toEqual(fingerprint(a));
        expect(() => factory({ ...first.options, noSuchOption: 1 } as never)).toThrow(/noSuchOption/);
      });

    if (random)
      it("draws anew for another seed, epoch, sample and view", async () => {
        const augmentation = make();
        const drawn = fingerprint(await views(augmentation, inputs[0], keys));
        for (const part of ["seed", "epoch", "index", "view"] as const) {
          const others = keys.map((key) => ({ ...key, [part]: key[part] + pictures }));
          expect(fingerprint(await views(augmentation, inputs[0], others)), part).not.toEqual(drawn);
        }
      });

    for (const input of inputs) {
      const shape = `${input.height}×${input.width}×${input.channels}`;

      it(`gives a key the same view whenever it is asked, on ${shape}`, async () => {
        const augmentation = make();
        const forward = fingerprint(await views(augmentation, input, keys));
        const backward = fingerprint(await views(augmentation, input, keys.toReversed()));
        expect(backward.toReversed()).toEqual(forward);
        expect(fingerprint(await views(make(), input, keys))).toEqual(forward);
      });

      it(`makes images of the announced shape with values in 0..1, on ${shape}`, async () => {
        const augmentation = make();
        const { height, width, channels } = augmentation.output(input);
        for (const image of await views(augmentation, input, keys)) {
          expect(image.length).toBe(height * width * channels);
          for (const value of image) {
            // Not `toBeGreaterThan` and its like: there are many values.
            if (!(value >= 0 && value <= 1 + 1e-6)) expect.fail(`a value must be in 0..1, got ${value}`);
          }
        }
      });

      if ("sample" in make()) programTests(make, input);
      if ("apply" in make()) tensorTests(make, input);
    }
  });
}

function programTests(make: () => Augmentation, input: ImageShape): void {
  const shape = `${input.height}×${input.width}×${input.channels}`;

  it(`draws programs that survive JSON and encoding, on ${shape}`, () => {
    const augmentation = make();
    const programs = keys.map((key) => programOf(augmentation, key, input));
    expect(JSON.parse(JSON.stringify(programs))).toEqual(programs);
    expect(decodeImagePrograms(encodeImagePrograms(programs))).toEqual(programs.map(inFloat32));
  });
}

function tensorTests(make: () => Augmentation, input: ImageShape): void {
  const shape = `${input.height}×${input.width}×${input.channels}`;

  it(`treats a sample the same in any batch, on ${shape}`, async () => {
    const augmentation = make();
    const few = keys.slice(0, 4);
    const alone: Float32Array[] = [];
    for (const key of few) alone.push(...(await views(augmentation, input, [key])));
    expect(fingerprint(await views(augmentation, input, few))).toEqual(fingerprint(alone));
  });

  it(`leaves its input alone and nothing behind, on ${shape}`, async () => {
    const augmentation = make();
    if (!("apply" in augmentation) || augmentation.apply === undefined) return;
    const program = programOf(augmentation, keys[0], input);
    const images = applyImagePrograms([picture(input, keys[0].index)], [program]);
    // On some backends data() is a view of the tensor's own memory.
    const before = (await images.data()).slice();
    const { numTensors } = tf.memory();
    const result = augmentation.apply(images, [keys[0]]);
    expect(await images.data()).toEqual(before);
    if (result !== images) result.dispose();
    expect(tf.memory().numTensors).toBe(numTensors);
    images.dispose();
  });
}

/** Enough of them that an augmentation of small probability does something to some. */
const keys: readonly SampleKey[] = Array.from({ length: 48 }, (_, i) => ({
  seed: 7,
  epoch: i % 3,
  index: 5 * i,
  view: i % 2,
}));

/** So many sample indices have a picture of their own. */
const pictures = 1000;

/** The view that each key names, of a picture that its index names. */
async function views(
  augmentation: Augmentation,
  input: ImageShape,
  keys: readonly SampleKey[],
): Promise<Float32Array[]> {
  const batch = tf.tidy(() => {
    const images = applyImagePrograms(
      keys.map((key) => picture(input, key.index % pictures)),
      keys.map((key) => programOf(augmentation, key, input)),
    );
    return "apply" in augmentation && augmentation.apply !== undefined
      ? augmentation.apply(images, keys)
      : images;
  });
  const { height, width, channels } = augmentation.output(input);
  expect(batch.shape).toEqual([keys.length, height, width, channels]);
  expect(batch.dtype).toBe("float32");
  const values = (await batch.data()) as Float32Array;
  batch.dispose();
  const size = height * width * channels;
  return keys.map((_, i) => values.slice(i * size, (i + 1) * size));
}

function programOf(augmentation: Augmentation, key: SampleKey, from: ImageShape): ImageProgram {
  return "sample" in augmentation ? augmentation.sample(key, from) : { output: from, steps: [] };
}

function inFloat32(program: ImageProgram): ImageProgram {
  return JSON.parse(JSON.stringify(program), (_, value: unknown) =>
    typeof value === "number" ? Math.fround(value) : value,
  ) as ImageProgram;
}
