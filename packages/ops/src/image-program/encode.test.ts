import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { decodeImagePrograms, encodeImagePrograms, stepCodes, stepSize } from "./encode.js";
import type { ImageProgram, ImageStep } from "./format.js";

const output = { height: 8, width: 6, channels: 3 };
const pixel = fc.integer({ min: 0, max: 5000 });
const real = fc.float({ noNaN: true, min: -4, max: 4 });

const anyStep: fc.Arbitrary<ImageStep> = fc.oneof(
  fc
    .tuple(pixel, pixel, pixel, pixel, pixel, pixel)
    .map(([top, left, height, width, outHeight, outWidth]): ImageStep => {
      return { op: "resizedCrop", top, left, height, width, outHeight, outWidth };
    }),
  fc.constantFrom<ImageStep>({ op: "flipHorizontal" }, { op: "flipVertical" }, { op: "grayscale" }),
  fc
    .tuple(fc.constantFrom("brightness" as const, "contrast" as const, "saturation" as const), real)
    .map(([op, factor]): ImageStep => ({ op, factor })),
  real.map((shift): ImageStep => ({ op: "hue", shift })),
  fc.tuple(pixel, real).map(([kernelSize, sigma]): ImageStep => ({ op: "gaussianBlur", kernelSize, sigma })),
);

describe("encodeImagePrograms", () => {
  it("gives back any programs", () => {
    fc.assert(
      fc.property(fc.array(fc.array(anyStep, { maxLength: 7 }), { minLength: 1, maxLength: 5 }), (batch) => {
        const programs = batch.map((steps): ImageProgram => ({ output, steps }));
        expect(decodeImagePrograms(encodeImagePrograms(programs))).toEqual(programs);
      }),
    );
  });

  it("lays steps out by code and value, and pads with zeros", () => {
    const crop: ImageStep = {
      op: "resizedCrop",
      top: 1,
      left: 2,
      height: 3,
      width: 4,
      outHeight: 8,
      outWidth: 6,
    };
    const encoded = encodeImagePrograms([
      { output, steps: [crop, { op: "gaussianBlur", kernelSize: 3, sigma: 0.5 }] },
      { output, steps: [{ op: "hue", shift: 0.25 }] },
    ]);
    expect(encoded).toMatchObject({ version: 1, output, steps: 2 });
    expect(Array.from(encoded.lengths)).toEqual([2, 1]);
    // prettier-ignore
    expect(Array.from(encoded.data)).toEqual([
      1, 1, 2, 3, 4, 8, 6, 0,   9, 3, 0.5, 0, 0, 0, 0, 0,
      7, 0.25, 0, 0, 0, 0, 0, 0,   0, 0, 0, 0, 0, 0, 0, 0,
    ]);
  });

  it("keeps the codes that backends were written for", () => {
    expect(Object.entries(stepCodes).map(([op, { code, values }]) => [op, code, ...values])).toEqual([
      ["resizedCrop", 1, "top", "left", "height", "width", "outHeight", "outWidth"],
      ["flipHorizontal", 2],
      ["flipVertical", 3],
      ["brightness", 4, "factor"],
      ["contrast", 5, "factor"],
      ["saturation", 6, "factor"],
      ["hue", 7, "shift"],
      ["grayscale", 8],
      ["gaussianBlur", 9, "kernelSize", "sigma"],
    ]);
    for (const { values } of Object.values(stepCodes)) expect(values.length).toBeLessThan(stepSize);
  });

  it("refuses what it can't write or read", () => {
    const other = { output: { ...output, width: 7 }, steps: [] };
    expect(() => encodeImagePrograms([])).toThrow(/at least one program/);
    expect(() => encodeImagePrograms([{ output, steps: [] }, other])).toThrow(
      /one output shape, got 8×6×3 and 8×7×3/,
    );
    const swirl = { op: "swirl" } as unknown as ImageStep;
    expect(() => encodeImagePrograms([{ output, steps: [swirl] }])).toThrow(/there is no step "swirl"/);
    const encoded = encodeImagePrograms([{ output, steps: [{ op: "grayscale" }] }]);
    expect(() => decodeImagePrograms({ ...encoded, version: 2 as 1 })).toThrow(/reads version 1, got 2/);
    expect(() => decodeImagePrograms({ ...encoded, data: encoded.data.map(() => 77) })).toThrow(/code 77/);
  });
});
