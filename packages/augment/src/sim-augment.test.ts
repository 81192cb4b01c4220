import { describe, expect, it } from "vitest";
import { simAugment, type SimAugmentOptions } from "./sim-augment.js";

function programs(options: SimAugmentOptions, side: number, channels = 3) {
  const augmentation = simAugment(options);
  return Array.from({ length: 1000 }, (_, index) =>
    augmentation.sample({ seed: 2, epoch: 0, index, view: 0 }, { height: side, width: side, channels }),
  );
}

function share(of: ReturnType<typeof programs>, op: string): number {
  return of.filter(({ steps }) => steps.some((step) => step.op === op)).length / of.length;
}

const order = ["grayscale", "bend", "gaussianBlur"];

describe("simAugment", () => {
  it("is SupContrast's recipe on CIFAR", () => {
    const drawn = programs({}, 32);
    const expected = { resizedCrop: 1, flipHorizontal: 0.5, hue: 0.8, grayscale: 0.2, gaussianBlur: 0 };
    for (const [op, rate] of Object.entries(expected)) {
      expect(Math.abs(share(drawn, op) - rate), op).toBeLessThanOrEqual(
        4 * Math.sqrt((rate * (1 - rate)) / 1000),
      );
    }
    const factors = drawn.flatMap(({ steps }) =>
      steps.flatMap((step) => ("factor" in step ? [step.factor] : [])),
    );
    expect(Math.min(...factors)).toBeCloseTo(0.6, 2);
    expect(Math.max(...factors)).toBeCloseTo(1.4, 2);
    const shifts = drawn.flatMap(({ steps }) =>
      steps.flatMap((step) => ("shift" in step ? [step.shift] : [])),
    );
    expect(Math.min(...shifts)).toBeCloseTo(-0.1, 2);
    expect(Math.max(...shifts)).toBeCloseTo(0.1, 2);
  });

  it("crops first, and blurs last", () => {
    for (const { steps } of programs({ size: 48 }, 64)) {
      expect(steps[0].op).toBe("resizedCrop");
      const blur = steps.findIndex((step) => step.op === "gaussianBlur");
      expect([-1, steps.length - 1]).toContain(blur);
    }
  });

  it("warps between grayscale and blur where it is asked to", () => {
    const drawn = programs({ warpProbability: 0.5, blurProbability: 0.5 }, 64);
    expect(Math.abs(share(drawn, "bend") - 0.5)).toBeLessThan(0.064);
    expect(share(programs({}, 64), "bend")).toBe(0);
    for (const { steps } of drawn) {
      const ops = steps
        .map(({ op }) => op)
        .filter((op) => ["grayscale", "bend", "gaussianBlur"].includes(op));
      expect(ops).toEqual(ops.toSorted((a, b) => order.indexOf(a) - order.indexOf(b)));
    }
  });

  it.each<[SimAugmentOptions, number, number]>([
    [{}, 32, 0],
    [{}, 33, 0.5],
    [{ size: 64 }, 32, 0.5],
    [{ size: 32 }, 64, 0],
    [{ size: [64, 32] }, 64, 0],
    [{ blurProbability: 1 }, 32, 1],
    [{ blurProbability: 0 }, 224, 0],
  ])("with %j blurs images of %i pixels at a rate of %d", (options, side, rate) => {
    expect(Math.abs(share(programs(options, side), "gaussianBlur") - rate)).toBeLessThan(
      rate === 0.5 ? 0.06 : 1e-9,
    );
  });

  it("draws the same with blur as without, but for the blur", () => {
    const plain = programs({ blurProbability: 0 }, 64);
    const blurred = programs({ blurProbability: 1 }, 64);
    expect(blurred.map(({ steps }) => steps.slice(0, -1))).toEqual(plain.map(({ steps }) => steps));
  });

  it("refuses a strength whose hue would be more than half a turn", () => {
    expect(() => simAugment({ strength: 3 })).toThrow(/strength must be <= 2.5, got 3/);
  });
});
