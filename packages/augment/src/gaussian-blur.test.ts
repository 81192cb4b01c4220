import { expect, it } from "vitest";
import { gaussianBlur } from "./gaussian-blur.js";

const key = { seed: 1, epoch: 0, index: 0, view: 0 };
const square = (side: number) => ({ height: side, width: side, channels: 3 });

// 23 of 224 is what SimCLR and its ports use.
it.each([
  [224, 23],
  [96, 9],
  [64, 7],
  [32, 3],
  [8, 1],
])("takes a tenth of %i pixels as its kernel", (side, kernelSize) => {
  const { steps } = gaussianBlur({ probability: 1 }).sample(key, square(side));
  expect(steps).toMatchObject([{ op: "gaussianBlur", kernelSize }]);
  const wide = { height: side, width: 3 * side, channels: 1 };
  expect(gaussianBlur({ probability: 1 }).sample(key, wide).steps).toMatchObject([{ kernelSize }]);
});

it("draws sigma from the whole of its range", () => {
  const augmentation = gaussianBlur({ probability: 1, sigma: [0.5, 1.5] });
  const sigmas = Array.from({ length: 2000 }, (_, index) => {
    const [step] = augmentation.sample({ ...key, index }, square(32)).steps;
    return step.op === "gaussianBlur" ? step.sigma : NaN;
  });
  expect(Math.min(...sigmas)).toBeCloseTo(0.5, 2);
  expect(Math.max(...sigmas)).toBeCloseTo(1.5, 2);
  expect(sigmas.reduce((a, b) => a + b) / 2000).toBeCloseTo(1, 1.5);
});

it("refuses a kernel that is even or too large for the image", () => {
  expect(() => gaussianBlur({ kernelSize: 4 })).toThrow(/kernelSize must be .*odd, got 4/);
  expect(() => gaussianBlur({ kernelSize: 23 }).sample(key, square(11))).toThrow(
    /half of kernelSize 23 must be smaller than the image, got "11×11"/,
  );
});
