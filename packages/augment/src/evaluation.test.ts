import { describe, expect, it } from "vitest";
import { centerCrop } from "./center-crop.js";
import { compose } from "./compose.js";
import { identity } from "./identity.js";
import { resize } from "./resize.js";

const key = { seed: 1, epoch: 0, index: 0, view: 0 };

// Sizes and corners as torchvision answers.
describe("resize", () => {
  it.each([
    [32, 32, 24, 24, 24],
    [48, 40, 24, 28, 24],
    [40, 48, 24, 24, 28],
    [100, 333, 64, 64, 213],
    [333, 100, 64, 213, 64],
    [7, 5, 11, 15, 11],
  ])("brings %i×%i to a shorter side of %i", (height, width, size, outHeight, outWidth) => {
    const from = { height, width, channels: 3 };
    const { output, steps } = resize({ size }).sample(key, from);
    expect(output).toEqual({ height: outHeight, width: outWidth, channels: 3 });
    expect(steps).toEqual([{ op: "resizedCrop", top: 0, left: 0, height, width, outHeight, outWidth }]);
  });

  it("brings an image to any height and width", () => {
    const from = { height: 9, width: 30, channels: 1 };
    expect(resize({ size: [12, 10] }).output(from)).toEqual({ height: 12, width: 10, channels: 1 });
  });

  it("says that it needs a size", () => {
    expect(() => resize({} as never)).toThrow(/augmentation "resize": size must be/);
  });
});

describe("centerCrop", () => {
  it.each([
    [32, 32, 24, 17, 4, 8],
    [33, 35, 32, 32, 0, 2],
    [35, 33, 32, 32, 2, 0],
    [37, 40, 32, 33, 2, 4],
    [5, 5, 5, 5, 0, 0],
    [9, 8, 1, 1, 4, 4],
  ])("cuts out of %i×%i the %i×%i from %i, %i", (height, width, outHeight, outWidth, top, left) => {
    const { steps } = centerCrop({ size: [outHeight, outWidth] }).sample(key, { height, width, channels: 3 });
    expect(steps).toEqual([
      { op: "resizedCrop", top, left, height: outHeight, width: outWidth, outHeight, outWidth },
    ]);
  });

  it("refuses an image that is smaller", () => {
    const small = { height: 20, width: 40, channels: 3 };
    const message = /"center-crop": an image must be at least 32×32, got "20×40"\. Put a resize before it/;
    expect(() => centerCrop({ size: 32 }).sample(key, small)).toThrow(message);
    expect(() => centerCrop({ size: 32 }).output(small)).toThrow(message);
  });
});

it("composes to the usual evaluation of photographs", () => {
  const evaluation = compose([resize({ size: 256 }), centerCrop({ size: 224 }), identity()]);
  for (const [height, width] of [
    [375, 500],
    [500, 333],
    [100, 100],
  ]) {
    const from = { height, width, channels: 3 };
    expect(evaluation.output(from)).toEqual({ height: 224, width: 224, channels: 3 });
    expect(evaluation.sample(key, from).output).toEqual({ height: 224, width: 224, channels: 3 });
  }
});
