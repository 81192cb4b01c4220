import { createRng, type RawImage } from "@contrastive/core";
import { describe, expect, it } from "vitest";
import { picture, sequence } from "../test/sequence.js";
import { corruptWith } from "./corrupt.js";
import { commonCorruptions, corrupt, type CorruptionName, extraCorruptions, type Severity } from "./index.js";
import { ice } from "./weather.js";

const names = [...commonCorruptions, ...extraCorruptions];
const severities = [1, 2, 3, 4, 5] as const;
const without = new Set<CorruptionName>([
  "defocusBlur",
  "zoomBlur",
  "brightness",
  "contrast",
  "pixelate",
  "jpegCompression",
  "gaussianBlur",
  "saturate",
]);

const flat = (value: number, height = 200, width = 200): RawImage => ({
  data: new Uint8Array(height * width).fill(value),
  height,
  width,
  channels: 1,
});

function moments({ data }: RawImage): { mean: number; deviation: number } {
  const mean = data.reduce((a, b) => a + b, 0) / data.length;
  const deviation = Math.sqrt(data.reduce((sum, value) => sum + (value - mean) ** 2, 0) / data.length);
  return { mean, deviation };
}

it("there are fifteen and four", () => {
  expect([commonCorruptions.length, extraCorruptions.length, new Set(names).size]).toEqual([15, 4, 19]);
});

describe.each(names)("%s", (name) => {
  it("gives the same bytes for equal arguments, others for another seed where it draws, and leaves the image alone", () => {
    const image = picture(32, 32);
    const before = Uint8Array.from(image.data);
    // At a severity at which none leaves such an image as it is.
    const first = corrupt(image, name, 3, 7);
    expect(corrupt(image, name, 3, 7)).toEqual(first);
    expect(image.data).toEqual(before);
    expect(first.data).not.toEqual(before);
    const other = corrupt(image, name, 3, 8).data;
    if (without.has(name)) expect(other).toEqual(first.data);
    else expect(other).not.toEqual(first.data);
  });

  it.each([
    [1, 1, 3],
    [1, 7, 1],
    [3, 2, 3],
    [17, 40, 1],
    [23, 9, 3],
  ])("keeps the shape of %d × %d × %d, by both tables", (height, width, channels) => {
    for (const severity of severities) {
      for (const table of ["cifar", "imagenet"] as const) {
        for (const image of [
          picture(height, width, channels),
          { ...picture(height, width, channels), data: new Uint8Array(height * width * channels) },
        ]) {
          const result = corrupt(image, name, severity, 1, table);
          expect(result).toMatchObject({ height, width, channels });
          expect(result.data).toBeInstanceOf(Uint8Array);
          expect(result.data).toHaveLength(height * width * channels);
        }
      }
    }
  });
});

it.each([
  "gaussianNoise",
  "shotNoise",
  "impulseNoise",
  "defocusBlur",
  "contrast",
  "jpegCompression",
  "speckleNoise",
  "gaussianBlur",
] as const)("%s is the farther from the image, the severer", (name) => {
  for (const table of ["cifar", "imagenet"] as const) {
    const image = picture(64, 64);
    const distances = severities.map((severity) =>
      corrupt(image, name, severity, 1, table).data.reduce(
        (sum, value, at) => sum + (value - image.data[at]) ** 2,
        0,
      ),
    );
    expect(distances.toSorted((a, b) => a - b)).toEqual(distances);
  }
});

describe("noise", () => {
  // 40,000 values: the standard deviation of a mean is a 200th of theirs, of a deviation about a 283rd. Five of these are allowed.
  it.each([
    ["gaussianNoise", 1, "cifar", 0.04],
    ["gaussianNoise", 5, "cifar", 0.1],
    ["speckleNoise", 3, "cifar", 0.12 * (128 / 255)],
    ["shotNoise", 1, "cifar", Math.sqrt(128 / 255 / 500)],
    ["shotNoise", 5, "cifar", Math.sqrt(128 / 255 / 50)],
    ["shotNoise", 2, "imagenet", Math.sqrt(128 / 255 / 25)],
  ] as const)("%s %d of %s has the deviation that it should", (name, severity, table, expected) => {
    const { mean, deviation } = moments(corrupt(flat(128), name, severity, 3, table));
    const deviationInBytes = expected * 255;
    // Cutting bytes off takes half of one; rounding adds a twelfth of one to the variance.
    expect(Math.abs(mean + 0.5 - 128)).toBeLessThan((5 * deviationInBytes) / 200);
    const rounded = Math.sqrt(deviationInBytes ** 2 + 1 / 12);
    expect(Math.abs(deviation - rounded)).toBeLessThan((5 * rounded) / 283 + 0.01);
  });

  it("impulseNoise hits its share, with as much salt as pepper", () => {
    const { data } = corrupt(flat(128), "impulseNoise", 5, 3, "imagenet");
    const [black, white] = [0, 255].map(
      (value) => data.filter((other) => other === value).length / data.length,
    );
    expect(Math.abs(black - 0.135)).toBeLessThan(5 * Math.sqrt((0.135 * 0.865) / 40_000));
    expect(Math.abs(white - 0.135)).toBeLessThan(5 * Math.sqrt((0.135 * 0.865) / 40_000));
    expect(data.every((value) => [0, 128, 255].includes(value))).toBe(true);
  });
});

describe("frost", () => {
  it("is the image and ice, each in its share", () => {
    const image = picture(24, 30);
    const { data } = corruptWith(image, "frost", 5, sequence(), "cifar");
    const frozen = ice(image, sequence()).values;
    data.forEach((value, at) => {
      expect(value).toBe(Math.floor(Math.min((0.75 * image.data[at]) / 255 + 0.45 * frozen[at], 1) * 255));
    });
  });

  it("has ice that is bright in parts and dark in others, within 0..1", () => {
    const { values } = ice({ height: 224, width: 224, channels: 1 }, createRng(1));
    const sorted = values.toSorted();
    expect(sorted[0]).toBeGreaterThanOrEqual(0);
    expect(sorted.at(-1)).toBeLessThanOrEqual(1);
    expect(sorted[Math.floor(0.9 * sorted.length)] - sorted[Math.floor(0.1 * sorted.length)]).toBeGreaterThan(
      0.2,
    );
  });
});

it("takes the severities of CIFAR-10-C up to 64 pixels, and ImageNet-C's above", () => {
  for (const [side, table] of [
    [64, "cifar"],
    [65, "imagenet"],
  ] as const) {
    const image = picture(side, 80);
    expect(corrupt(image, "contrast", 2, 0)).toEqual(corrupt(image, "contrast", 2, 0, table));
  }
});

it("says what names and severities there are", () => {
  const image = picture(8, 8);
  expect(() => corrupt(image, "gaussian_noise" as CorruptionName, 1, 0)).toThrow(
    'corrupt: there is no corruption, got "gaussian_noise". Did you mean "gaussianNoise"? It takes gaussianNoise, shotNoise,',
  );
  expect(() => corrupt(image, "fog", 6 as Severity, 0)).toThrow(
    "corrupt: severity must be one of 1, 2, 3, 4, 5, got 6",
  );
});
