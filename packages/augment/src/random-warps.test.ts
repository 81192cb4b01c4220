import type { ProgramAugmentation } from "@contrastive/core";
import type { WarpStep } from "@contrastive/ops";
import { describe, expect, it } from "vitest";
import { gentle } from "./gentle.js";
import { randomAffine } from "./random-affine.js";
import { randomCrop } from "./random-crop.js";
import { randomPerspective } from "./random-perspective.js";
import { randomRotation } from "./random-rotation.js";

const from = { height: 32, width: 40, channels: 3 };

function warps(augmentation: ProgramAugmentation, count = 4000): WarpStep[] {
  return Array.from({ length: count }, (_, index) =>
    augmentation.sample({ seed: 3, epoch: 0, index, view: 0 }, from),
  ).flatMap(({ steps }) => steps.filter((step) => step.op === "warp"));
}

const degrees = (radians: number) => (radians * 180) / Math.PI;

/** Fails unless values fill a range evenly: each quarter with as many as four deviations allow. */
function expectEven(values: readonly number[], low: number, high: number): void {
  const quarters = [0, 0, 0, 0];
  for (const value of values) {
    const part = (value - low) / (high - low);
    expect(part).toBeGreaterThan(-1e-5);
    expect(part).toBeLessThan(1 + 1e-5);
    quarters[Math.min(3, Math.max(0, Math.floor(4 * part)))]++;
  }
  const allowed = 4 * Math.sqrt((values.length * 3) / 16);
  for (const count of quarters) expect(Math.abs(count - values.length / 4)).toBeLessThan(allowed);
}

describe("randomCrop", () => {
  it("takes every place of a padded image equally often", () => {
    const drawn = warps(randomCrop({ padding: 4 }), 8100);
    const seen = new Map<string, number>();
    for (const { x0, y0 } of drawn) seen.set(`${x0} ${y0}`, (seen.get(`${x0} ${y0}`) ?? 0) + 1);
    expect(seen.size).toBe(81);
    for (const [place, count] of seen) expect(Math.abs(count - 100), place).toBeLessThan(45);
    for (const { x0, y0 } of drawn) expect(Math.max(Math.abs(x0), Math.abs(y0))).toBeLessThanOrEqual(4);
  });

  it("makes images of the size asked for", () => {
    const crop = randomCrop({ size: [20, 46], padding: 3 });
    expect(crop.output(from)).toEqual({ height: 20, width: 46, channels: 3 });
    for (const { x0, y0, outHeight, outWidth } of warps(crop, 200)) {
      expect([outHeight, outWidth, x0]).toEqual([20, 46, -3]);
      expect(y0).toBeGreaterThanOrEqual(-3);
      expect(y0).toBeLessThanOrEqual(15);
    }
  });

  it("refuses an image that is too small", () => {
    expect(() => randomCrop({ size: 41 }).output(from)).toThrow(
      /"random-crop": an image with 4 pixels of padding must be at least 41×41, got "32×40"\. Take more padding/,
    );
  });
});

describe("randomRotation", () => {
  it("draws angles evenly, counter-clockwise where they are positive", () => {
    expectEven(
      warps(randomRotation({ degrees: [10, 50] })).map(({ xx, yx }) => degrees(Math.atan2(yx, xx))),
      10,
      50,
    );
    expectEven(
      warps(randomRotation()).map(({ xx, yx }) => degrees(Math.atan2(yx, xx))),
      -30,
      30,
    );
  });

  it("refuses a range that descends", () => {
    expect(() => randomRotation({ degrees: [20, 10] })).toThrow(/degrees must be .*in ascending order/);
  });
});

describe("randomAffine", () => {
  it("draws what it is asked for, and nothing else", () => {
    for (const { xx, xy, x0, yx, yy, y0 } of warps(randomAffine(), 10)) {
      expect([xx, xy, x0, yx, yy, y0]).toEqual([1, 0, 0, 0, 1, 0]);
    }
    const moved = warps(randomAffine({ translate: [0.25, 0.1] }));
    // Whole pixels, of which the outermost come half as often.
    const right = new Map<number, number>();
    for (const { x0 } of moved) right.set(x0, (right.get(x0) ?? 0) + 1);
    expect(right.size).toBe(21);
    for (const [x0, count] of right) {
      const expected = Math.abs(x0) === 10 ? 100 : 200;
      expect(Math.abs(count - expected), String(x0)).toBeLessThan(4 * Math.sqrt(expected));
    }
    for (const { x0, y0 } of moved) {
      expect([x0, y0]).toEqual([Math.round(x0), Math.round(y0)]);
      expect(Math.abs(y0)).toBeLessThanOrEqual(3);
    }
    expectEven(
      warps(randomAffine({ scale: [0.5, 2] })).map(({ xx }) => 1 / xx),
      0.5,
      2,
    );
    expectEven(
      warps(randomAffine({ shear: 20 })).map(({ xy, xx }) => degrees(Math.atan2(xy, xx))),
      -20,
      20,
    );
    expectEven(
      warps(randomAffine({ degrees: 45 })).map(({ xx, yx }) => degrees(Math.atan2(-yx, xx))),
      -45,
      45,
    );
  });
});

describe("randomPerspective", () => {
  it("moves no corner out of the image, nor more than asked towards the middle", () => {
    for (const step of warps(randomPerspective({ distortion: 0.5, probability: 1 }), 1000)) {
      const place = (x: number, y: number) => {
        const divisor = step.wx * x + step.wy * y + 1;
        return [
          (step.xx * x + step.xy * y + step.x0) / divisor,
          (step.yx * x + step.yy * y + step.y0) / divisor,
        ];
      };
      // The new image's corners come from outside the old one, or from its corners.
      const [left, top] = place(-0.5, -0.5);
      expect(Math.min(left, top)).toBeLessThan(0);
      // The middle stays inside.
      const [x, y] = place(19.5, 15.5);
      expect(x > 0 && x < 39 && y > 0 && y < 31).toBe(true);
    }
  });

  it("does nothing where nothing may move", () => {
    for (const { xx, xy, x0, yy, wx } of warps(randomPerspective({ distortion: 0, probability: 1 }), 20)) {
      [xx - 1, xy, x0, yy - 1, wx].forEach((value) => expect(value).toBeCloseTo(0, 5));
    }
  });
});

describe("gentle", () => {
  it("draws width, height, rotation and flip evenly", () => {
    const drawn = warps(gentle({ rotation: 0 }));
    expectEven(
      drawn.map(({ xx }) => 1 / Math.abs(xx)),
      0.8,
      1.2,
    );
    expectEven(
      drawn.map(({ yy }) => 1 / yy),
      0.8,
      1.2,
    );
    const flips = drawn.filter(({ xx }) => xx < 0).length;
    expect(Math.abs(flips - 2000)).toBeLessThan(4 * Math.sqrt(1000));
    const turned = warps(gentle({ width: 0, height: 0, flipProbability: 0 }));
    expectEven(
      turned.map(({ xx, yx }) => Math.atan2(-yx, xx) / (2 * Math.PI)),
      -0.01,
      0.01,
    );
  });

  it("keeps the middle where it is", () => {
    for (const { xx, xy, x0, yx, yy, y0 } of warps(gentle(), 50)) {
      expect(xx * 19.5 + xy * 15.5 + x0).toBeCloseTo(19.5, 4);
      expect(yx * 19.5 + yy * 15.5 + y0).toBeCloseTo(15.5, 4);
    }
  });
});
