import { createRng, type ImageProgramAttributes, type ViewMaker } from "@contrastive/core";
import { type ImageStep, imageProgramAttributes, runImagePrograms } from "@contrastive/ops";
import { afterAll, describe, expect, it } from "vitest";
import { programOf, resizedAfter } from "./images/programs.js";
import { randomSteps } from "./images/random-steps.js";
import { picture } from "./picture.js";

/**
 * Registers tests of a `ViewMaker`: the bits of the reference, whoever asks beside, images left as they are, and clear ends where a
 * program can't be done, a signal aborts, or the maker is closed.
 *
 * ```ts
 * viewMakerConformance("node-gpu", () => nodeGpu().openViewMaker()!);
 * ```
 */
export function viewMakerConformance(name: string, open: () => ViewMaker): void {
  describe(`view maker conformance: ${name}`, () => {
    const maker = open();
    afterAll(() => maker.close());

    it.each([1, 3])("makes views of images of %d channels as the reference does", async (channels) => {
      await expectAsReference(maker, attributesOf({ images: 9, views: 3, channels, seed: 1 }));
    });

    it("normalises", async () => {
      const { images, programs } = attributesOf({ images: 5, views: 2, channels: 3, seed: 2 });
      const normalize = { mean: [0.5, 0.4, 0.3], std: [0.2, 0.25, 0.3] };
      await expectAsReference(maker, imageProgramAttributes(images, programs, { normalize }));
    });

    it("makes a single view, and views of an image without pixels", async () => {
      await expectAsReference(maker, attributesOf({ images: 1, views: 1, channels: 3, seed: 3 }));
      const none = { data: new Uint8Array(0), height: 0, width: 4, channels: 3 };
      const attributes = imageProgramAttributes([none], [programOf(none, [])]);
      expect(await maker.make(attributes)).toHaveLength(0);
    });

    it("makes an image that is larger than any view", async () => {
      const { images, programs } = attributesOf({ images: 4, views: 1, channels: 1, seed: 4 });
      const [image] = images;
      const steps = resizedAfter(image, resizedAfter(image, [], [1025, 1025]), [9, 7]);
      await expectAsReference(
        maker,
        imageProgramAttributes(images, [programOf(image, steps), ...programs.slice(1)]),
      );
    });

    it("gives each what it asked for, however many ask at once", async () => {
      const asked = Array.from({ length: 12 }, (_, i) =>
        attributesOf({
          images: 1 + ((5 * i) % 7),
          views: 1 + (i % 3),
          channels: i % 2 === 0 ? 3 : 1,
          seed: i,
        }),
      );
      await Promise.all(asked.map((attributes) => expectAsReference(maker, attributes)));
    });

    it("leaves images and programs as they were", async () => {
      const attributes = attributesOf({ images: 3, views: 2, channels: 3, seed: 5 });
      const before = structuredClone(attributes);
      await maker.make(attributes);
      expect(attributes).toEqual(before);
    });

    it("refuses a program that can't be done as the reference does, and makes the others", async () => {
      const good = attributesOf({ images: 6, views: 2, channels: 3, seed: 6 });
      const steps: ImageStep[] = [{ op: "sharpness", factor: -1 }, ...good.programs[7].steps];
      const bad = { ...good, programs: good.programs.with(7, { ...good.programs[7], steps }) };
      const before = expectAsReference(maker, good);
      const refused = maker.make(bad);
      const after = expectAsReference(maker, good);
      await expect(refused).rejects.toThrow(/^image program: step 0: the factor must be >= 0/);
      await Promise.all([before, after]);
    });

    it("rejects with the signal's reason once it is aborted, and goes on for others", async () => {
      const attributes = attributesOf({ images: 6, views: 2, channels: 3, seed: 7 });
      const reason = new Error("enough");
      await expect(maker.make(attributes, AbortSignal.abort(reason))).rejects.toBe(reason);
      const controller = new AbortController();
      const aborted = maker.make(attributes, controller.signal);
      const other = expectAsReference(maker, attributes);
      controller.abort(reason);
      await expect(aborted).rejects.toBe(reason);
      await other;
    });

    it("rejects what is under way when it is closed, and what comes then; it may be closed again", async () => {
      const closing = open();
      const attributes = attributesOf({ images: 8, views: 2, channels: 3, seed: 8 });
      const underWay = Array.from({ length: 4 }, () => closing.make(attributes));
      const settled = Promise.allSettled(underWay);
      await closing.close();
      expect((await settled).map(({ status }) => status)).toEqual(Array(4).fill("rejected"));
      await expect(closing.make(attributes)).rejects.toThrow(/closed/);
      await closing.close();
    });
  });
}

const sizes = [
  [32, 32],
  [13, 11],
  [2, 40],
  [1, 1],
] as const;

interface Asked {
  readonly images: number;
  /** Of each image. */
  readonly views: number;
  readonly channels: number;
  readonly seed: number;
}

/** Views of images of several sizes, by random steps. */
function attributesOf({ images, views, channels, seed }: Asked): ImageProgramAttributes {
  const whole = Array.from({ length: images }, (_, i) => {
    const [height, width] = sizes[(seed + i) % sizes.length];
    return picture({ height, width, channels }, seed + i);
  });
  const each = whole.flatMap((image) => Array.from({ length: views }, () => image));
  const programs = each.map((image, i) => {
    const steps = randomSteps(createRng(seed).fork("steps", i), image, 1 + (i % 5));
    return programOf(image, resizedAfter(image, steps, [9, 7]));
  });
  return imageProgramAttributes(each, programs);
}

async function expectAsReference(maker: ViewMaker, attributes: ImageProgramAttributes): Promise<void> {
  const { programs, output } = attributes;
  const expected = new Float32Array(programs.length * output.height * output.width * output.channels);
  runImagePrograms(attributes, expected, programs.keys());
  const values = await maker.make(attributes);
  expect(values.length).toBe(expected.length);
  expect(expected.findIndex((value, i) => values[i] !== value)).toBe(-1);
}
