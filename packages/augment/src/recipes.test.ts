import type { ProgramAugmentation } from "@contrastive/core";
import { describe, expect, it } from "vitest";
import { multiCrop } from "./multi-crop.js";
import { simAugment } from "./sim-augment.js";
import { simclr } from "./simclr.js";
import { stackedRandAugment } from "./stacked-rand-augment.js";
import { supcontrast } from "./supcontrast.js";

function programs(augmentation: ProgramAugmentation, side: number) {
  return Array.from({ length: 1000 }, (_, index) =>
    augmentation.sample({ seed: 2, epoch: 0, index, view: 0 }, { height: side, width: side, channels: 3 }),
  );
}

/** Of the crops of a square image, as parts of it. */
function areas(view: ProgramAugmentation): number[] {
  return programs(view, 300).map(({ steps: [step] }) =>
    step.op === "resizedCrop" ? (step.height * step.width) / 90_000 : NaN,
  );
}

describe("simclr", () => {
  it.each([
    [32, 0.5],
    [64, 1],
  ])("on %i pixels is SimAugment of strength %d and large crops", (side, strength) => {
    const expected = simAugment({ scale: [0.08, 1], strength });
    expect(programs(simclr(), side)).toEqual(programs(expected, side));
  });

  it("goes by the size of the view, and takes another strength", () => {
    const expected = simAugment({ size: 32, scale: [0.08, 1], strength: 0.2 });
    expect(programs(simclr({ size: 32, strength: 0.2 }), 64)).toEqual(programs(expected, 64));
    expect(programs(simclr({ size: [48, 32] }), 64)).toEqual(
      programs(simAugment({ size: [48, 32], scale: [0.08, 1], strength: 0.5 }), 64),
    );
  });
});

describe("supcontrast", () => {
  it("is SimAugment on CIFAR, and never blurs", () => {
    expect(programs(supcontrast(), 32)).toEqual(programs(simAugment(), 32));
    const steps = programs(supcontrast({ size: 96 }), 128).flatMap((program) => program.steps);
    expect(steps.some((step) => step.op === "gaussianBlur")).toBe(false);
  });
});

describe("stackedRandAugment", () => {
  it("crops, flips and jitters, then does RandAugment, then grayscale and blur", () => {
    const drawn = programs(stackedRandAugment(), 64);
    const share = (op: string) =>
      drawn.filter(({ steps }) => steps.some((step) => step.op === op)).length / drawn.length;
    const expected = { resizedCrop: 1, flipHorizontal: 0.5, hue: 0.8, grayscale: 0.2, gaussianBlur: 0.5 };
    for (const [op, rate] of Object.entries(expected)) {
      expect(Math.abs(share(op) - rate), op).toBeLessThanOrEqual(4 * Math.sqrt((rate * (1 - rate)) / 1000));
    }
    // Five of fourteen operations are warps, and there are two.
    const warped = 1 - (9 / 14) ** 2;
    expect(Math.abs(share("warp") - warped)).toBeLessThan(4 * Math.sqrt((warped * (1 - warped)) / 1000));
    for (const { steps } of drawn) {
      const ops = steps.map((step) => step.op);
      if (ops.includes("warp") && ops.includes("hue")) {
        expect(ops.indexOf("hue")).toBeLessThan(ops.indexOf("warp"));
      }
      if (ops.includes("gaussianBlur")) expect(ops.at(-1)).toBe("gaussianBlur");
    }
  });

  it("is RandAugment at its strongest", () => {
    const steps = programs(stackedRandAugment({ strength: 0 }), 64).flatMap((program) => program.steps);
    const factors = steps.flatMap((step) => (step.op === "sharpness" ? [step.factor] : []));
    expect(new Set(factors)).toEqual(new Set([Math.fround(0.1), Math.fround(1.9)]));
  });
});

describe("multiCrop", () => {
  it("makes two views of much of an image and six of little, as SwAV", () => {
    const views = multiCrop();
    const from = { height: 300, width: 300, channels: 3 };
    expect(views.map((view) => view.output(from).height)).toEqual([224, 224, 96, 96, 96, 96, 96, 96]);
    const [large, small] = [areas(views[0]), areas(views[7])];
    expect(Math.min(...large)).toBeCloseTo(0.14, 1);
    expect(Math.max(...large)).toBeGreaterThan(0.95);
    expect(Math.min(...small)).toBeGreaterThan(0.049);
    expect(Math.max(...small)).toBeLessThan(0.142);
  });

  it("makes as many as asked, and names an option that it doesn't know", () => {
    expect(multiCrop({ globals: 1, locals: 0 }).length).toBe(1);
    expect(() => multiCrop({ global: 1 } as never)).toThrow(/Did you mean "globals"/);
  });
});
