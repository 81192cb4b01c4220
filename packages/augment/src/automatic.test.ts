import type { ProgramAugmentation } from "@contrastive/core";
import type { ImageStep } from "@contrastive/ops";
import { describe, expect, it } from "vitest";
import { autoAugment } from "./auto-augment.js";
import { policies, type Policy } from "./policies.js";
import { randAugment } from "./rand-augment.js";
import { trivialAugment } from "./trivial-augment.js";

const from = { height: 32, width: 32, channels: 3 };
const count = 7000;

function programs(augmentation: ProgramAugmentation): (readonly ImageStep[])[] {
  return Array.from(
    { length: count },
    (_, index) => augmentation.sample({ seed: 4, epoch: 0, index, view: 0 }, from).steps,
  );
}

function expectRate(seen: number, rate: number, of = count, what = ""): void {
  expect(Math.abs(seen / of - rate), what).toBeLessThanOrEqual(4 * Math.sqrt((rate * (1 - rate)) / of));
}

/** How many steps an image gets of each kind, on average. */
function rates(drawn: readonly (readonly ImageStep[])[]): Map<string, number> {
  const seen = new Map<string, number>();
  for (const { op } of drawn.flat()) seen.set(op, (seen.get(op) ?? 0) + 1);
  return seen;
}

const once = [
  "brightness",
  "saturation",
  "contrast",
  "sharpness",
  "posterize",
  "solarize",
  "autocontrast",
  "equalize",
];

describe("randAugment", () => {
  it("takes each of 14 operations equally often, each in both directions", () => {
    const drawn = programs(randAugment({ operations: 1, magnitude: 15 }));
    const seen = rates(drawn);
    expectRate(drawn.filter((steps) => steps.length === 0).length, 1 / 14, count, "identity");
    for (const op of once) expectRate(seen.get(op) ?? 0, 1 / 14, count, op);
    expectRate(seen.get("warp") ?? 0, 5 / 14, count, "warp");
    const factors = drawn.flat().flatMap((step) => (step.op === "contrast" ? [step.factor] : []));
    expect(new Set(factors)).toEqual(new Set([Math.fround(0.55), Math.fround(1.45)]));
    expectRate(factors.filter((factor) => factor > 1).length, 0.5, factors.length);
  });

  it("does as many as asked, and none at all", () => {
    const lengths = programs(randAugment({ operations: 3 })).map((steps) => steps.length);
    expect(Math.max(...lengths)).toBe(3);
    expectRate(lengths.filter((length) => length === 3).length, (13 / 14) ** 3);
    expect(programs(randAugment({ operations: 0 })).flat()).toEqual([]);
  });

  it("refuses a magnitude beyond the bins", () => {
    expect(() => randAugment({ magnitude: 31 })).toThrow(/magnitude must be less than bins, got 31/);
  });
});

describe("trivialAugment", () => {
  it("does one operation at any strength", () => {
    const drawn = programs(trivialAugment({ bins: 11 }));
    const seen = rates(drawn);
    for (const op of once) expectRate(seen.get(op) ?? 0, 1 / 14, count, op);
    expectRate(drawn.filter((steps) => steps.length === 0).length, 1 / 14);
    const thresholds = drawn.flat().flatMap((step) => (step.op === "solarize" ? [step.threshold] : []));
    const values = new Set(thresholds);
    expect(values.size).toBe(11);
    for (const value of values) {
      expectRate(thresholds.filter((one) => one === value).length, 1 / 11, thresholds.length);
    }
    expect(Math.max(...drawn.map((steps) => steps.length))).toBe(1);
  });
});

describe("autoAugment", () => {
  const names: Record<string, string> = {
    Brightness: "brightness",
    Color: "saturation",
    Contrast: "contrast",
    Sharpness: "sharpness",
    Posterize: "posterize",
    Solarize: "solarize",
    AutoContrast: "autocontrast",
    Equalize: "equalize",
    Invert: "invert",
  };

  it.each(["imagenet", "cifar10", "svhn"] as const)("does what the table of %s says as often", (name) => {
    const policy: Policy = policies[name];
    expect(policy.length).toBe(25);
    const expected = new Map<string, number>();
    for (const [operation, probability] of policy.flat()) {
      const op = names[operation] ?? "warp";
      expected.set(op, (expected.get(op) ?? 0) + probability / 25);
    }
    const seen = rates(programs(autoAugment({ policy: name })));
    for (const [op, rate] of expected) {
      // Up to two in an image: the variance of a sum of two is at most twice as large.
      const allowed = 4 * Math.sqrt((2 * rate) / count);
      expect(Math.abs((seen.get(op) ?? 0) / count - rate), op).toBeLessThan(allowed);
    }
    for (const op of seen.keys()) expect(expected.has(op), op).toBe(true);
  });

  it("keeps the magnitudes of the table", () => {
    const drawn = programs(autoAugment({ policy: "cifar10" })).flat();
    const bits = new Set(drawn.flatMap((step) => (step.op === "posterize" ? [step.bits] : [])));
    // Its one posterize has magnitude 7 of 9: of 4 bits three go.
    expect(bits).toEqual(new Set([5]));
  });

  it("refuses a policy that it has no table of", () => {
    expect(() => autoAugment({ policy: "mnist" as never })).toThrow(/policy must be .*imagenet/);
  });
});
