import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { decodeImagePrograms, encodeImagePrograms, stepCodes, stepSize, stepWords } from "./encode.js";
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
  fc
    .constantFrom<ImageStep["op"]>(
      "flipHorizontal",
      "flipVertical",
      "grayscale",
      "invert",
      "equalize",
      "autocontrast",
    )
    .map((op) => ({ op }) as ImageStep),
  fc
    .tuple(real, real, real, real, real, real, real, real)
    .chain(([xx, xy, x0, yx, yy, y0, wx, wy]) =>
      fc.record({
        op: fc.constant("warp" as const),
        ...Object.fromEntries(
          Object.entries({ xx, xy, x0, yx, yy, y0, wx, wy }).map(([k, v]) => [k, fc.constant(v)]),
        ),
        outHeight: pixel,
        outWidth: pixel,
        interpolation: fc.constantFrom("nearest", "bilinear"),
        border: fc.constantFrom("constant", "edge", "reflect", "symmetric"),
        fill: real,
      }),
    )
    .map((step) => step as unknown as ImageStep),
  real.map((threshold): ImageStep => ({ op: "solarize", threshold })),
  pixel.map((bits): ImageStep => ({ op: "posterize", bits })),
  fc.tuple(pixel, pixel, real, real, real).map(([top, left, red, green, blue]): ImageStep => {
    return { op: "erase", top, left, height: 3, width: 4, red, green, blue };
  }),
  fc
    .tuple(pixel, fc.integer({ min: 0, max: 2 ** 24 - 1 }))
    .map(([top, seed]): ImageStep => ({ op: "eraseWithNoise", top, left: 1, height: 3, width: 4, seed })),
  fc
    .tuple(real, real, real, real, real, real, real, real)
    .map(([x0, y0, x1, y1, x2, y2, x3, y3]): ImageStep => {
      return { op: "bend", x0, y0, x1, y1, x2, y2, x3, y3 };
    }),
  fc
    .tuple(
      fc.constantFrom(
        "brightness" as const,
        "contrast" as const,
        "saturation" as const,
        "sharpness" as const,
      ),
      real,
    )
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
      1, 1, 2, 3, 4, 8, 6, 0,   0, 0, 0, 0, 0, 0, 0, 0,
      9, 3, 0.5, 0, 0, 0, 0, 0,   0, 0, 0, 0, 0, 0, 0, 0,
      7, 0.25, 0, 0, 0, 0, 0, 0,   0, 0, 0, 0, 0, 0, 0, 0,
      0, 0, 0, 0, 0, 0, 0, 0,   0, 0, 0, 0, 0, 0, 0, 0,
    ]);
  });

  it("writes a word as its place in the list", () => {
    const sizes = { outHeight: 8, outWidth: 6 };
    const map = { xx: 1, xy: 2, x0: 3, yx: 4, yy: 5, y0: 6, wx: 7, wy: 8 };
    const step: ImageStep = {
      op: "warp",
      ...map,
      ...sizes,
      interpolation: "bilinear",
      border: "reflect",
      fill: 0.5,
    };
    const { data } = encodeImagePrograms([{ output, steps: [step] }]);
    expect(Array.from(data)).toEqual([10, 1, 2, 3, 4, 5, 6, 7, 8, 8, 6, 1, 2, 0.5, 0, 0]);
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
      // prettier-ignore
      ["warp", 10, "xx", "xy", "x0", "yx", "yy", "y0", "wx", "wy", "outHeight", "outWidth", "interpolation", "border", "fill"],
      ["solarize", 11, "threshold"],
      ["posterize", 12, "bits"],
      ["invert", 13],
      ["equalize", 14],
      ["autocontrast", 15],
      ["sharpness", 16, "factor"],
      ["erase", 17, "top", "left", "height", "width", "red", "green", "blue"],
      ["eraseWithNoise", 18, "top", "left", "height", "width", "seed"],
      ["bend", 19, "x0", "y0", "x1", "y1", "x2", "y2", "x3", "y3"],
    ]);
    expect(stepWords).toEqual({
      interpolation: ["nearest", "bilinear"],
      border: ["constant", "edge", "reflect", "symmetric"],
    });
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
