import { describe, expect, it } from "vitest";
import { randomResizedCrop, type RandomResizedCropOptions } from "./random-resized-crop.js";

const cifar = { height: 32, width: 32, channels: 3 };

function boxes(options: RandomResizedCropOptions, from = cifar, count = 5000) {
  const augmentation = randomResizedCrop(options);
  return Array.from({ length: count }, (_, index) => {
    const [step] = augmentation.sample({ seed: 3, epoch: 0, index, view: 0 }, from).steps;
    if (step.op !== "resizedCrop") return expect.fail(`a crop, not ${step.op}`);
    return step;
  });
}

const mean = (values: readonly number[]) => values.reduce((a, b) => a + b, 0) / values.length;

describe("randomResizedCrop", () => {
  it("is distributed as torchvision's", () => {
    const drawn = boxes({});
    // What 20,000 draws of torchvision 0.28 have; a mean of 5,000 strays by 0.003 of the area.
    expect(mean(drawn.map(({ height, width }) => (height * width) / 1024))).toBeCloseTo(0.55, 1.9);
    const aspects = drawn.map(({ height, width }) => Math.log(width / height));
    expect(Math.abs(mean(aspects))).toBeLessThan(0.01);
    expect(Math.sqrt(mean(aspects.map((x) => x * x)))).toBeCloseTo(0.159, 1.9);
    expect(mean(drawn.map(({ top }) => top))).toBeCloseTo(4.32, 0.5);
    expect(mean(drawn.map(({ left }) => left))).toBeCloseTo(4.3, 0.5);
  });

  it("keeps to the range of area and proportions, up to whole pixels", () => {
    const from = { height: 400, width: 300, channels: 3 };
    const drawn = boxes({ scale: [0.25, 0.5], ratio: [0.8, 1.1], size: 64 }, from);
    const areas = drawn.map(({ height, width }) => (height * width) / (400 * 300));
    const aspects = drawn.map(({ height, width }) => width / height);
    expect(Math.min(...areas)).toBeCloseTo(0.25, 2);
    expect(Math.max(...areas)).toBeCloseTo(0.5, 2);
    expect(Math.min(...aspects)).toBeCloseTo(0.8, 2);
    expect(Math.max(...aspects)).toBeCloseTo(1.1, 2);
    for (const { top, left, height, width } of drawn) {
      expect(top >= 0 && left >= 0 && top + height <= 400 && left + width <= 300).toBe(true);
    }
    expect(drawn.some(({ top, height }) => top + height === 400)).toBe(true);
    expect(drawn.some(({ left }) => left === 0)).toBe(true);
  });

  // As torchvision answers.
  it.each([
    [10, 100, { top: 0, left: 43, height: 10, width: 13 }],
    [100, 10, { top: 43, left: 0, height: 13, width: 10 }],
    [10, 25, { top: 0, left: 6, height: 10, width: 13 }],
  ])("falls back to the middle of an image of %i×%i that no box fits", (height, width, box) => {
    const [step] = boxes({ scale: [1, 1] }, { height, width, channels: 3 }, 1);
    expect(step).toMatchObject(box);
  });

  it.each([
    [undefined, 32, 32],
    ["input" as const, 32, 32],
    [20, 20, 20],
    [[20, 24] as const, 20, 24],
  ])("makes images of size %j", (size, height, width) => {
    expect(randomResizedCrop({ size }).output(cifar)).toEqual({ height, width, channels: 3 });
    expect(boxes({ size }, cifar, 1)[0]).toMatchObject({ outHeight: height, outWidth: width });
  });

  it.each<[unknown, RegExp]>([
    [{ scale: [0, 1] }, /scale\.0 must be > 0, got 0/],
    [{ scale: [0.2, 1.5] }, /scale\.1 must be <= 1, got 1.5/],
    [{ scale: [0.9, 0.2] }, /scale must be in ascending order, got \[0.9,0.2\]/],
    [{ size: 0 }, /size must be/],
    [{ sizes: 3 }, /no option "sizes". Did you mean "size"/],
  ])("refuses %j", (options, message) => {
    expect(() => randomResizedCrop(options as RandomResizedCropOptions)).toThrow(message);
  });
});
