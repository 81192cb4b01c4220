import { describe, expect, it } from "vitest";
import { colorJitter, type ColorJitterOptions } from "./color-jitter.js";

function programs(options: ColorJitterOptions, { count = 4800, channels = 3 } = {}) {
  const augmentation = colorJitter(options);
  return Array.from(
    { length: count },
    (_, index) =>
      augmentation.sample({ seed: 5, epoch: 0, index, view: 0 }, { height: 8, width: 8, channels }).steps,
  );
}

describe("colorJitter", () => {
  it("puts the four in every order equally often", () => {
    const seen = new Map<string, number>();
    for (const steps of programs({ probability: 1 })) {
      const order = steps.map(({ op }) => op).join(" ");
      seen.set(order, (seen.get(order) ?? 0) + 1);
    }
    expect(seen.size).toBe(24);
    // 200 each, give or take 4 deviations of 14.
    for (const [order, count] of seen) expect(Math.abs(count - 200), order).toBeLessThan(56);
  });

  it("does anything at all with the given probability", () => {
    const changed = programs({}).filter((steps) => steps.length > 0);
    expect(changed.length / 4800).toBeCloseTo(0.8, 1.5);
    for (const steps of changed) expect(steps.length).toBe(4);
  });

  it("draws factors and shifts evenly from the whole of their ranges, each on its own", () => {
    const drawn: Record<string, number[]> = { brightness: [], contrast: [], saturation: [], hue: [] };
    for (const steps of programs({
      brightness: 0.2,
      contrast: 0.4,
      saturation: 2,
      hue: 0.3,
      probability: 1,
    })) {
      for (const step of steps) {
        if ("factor" in step) drawn[step.op].push(step.factor);
        if ("shift" in step) drawn[step.op].push(step.shift);
      }
    }
    const ranges = { brightness: [0.8, 1.2], contrast: [0.6, 1.4], saturation: [0, 3], hue: [-0.3, 0.3] };
    for (const [op, [low, high]] of Object.entries(ranges)) {
      const unit = drawn[op].map((value) => (value - low) / (high - low));
      expect(unit.length).toBe(4800);
      expect(Math.min(...unit), op).toBeGreaterThan(-1e-6);
      expect(Math.max(...unit), op).toBeLessThan(1 + 1e-6);
      const quarters = [0, 0, 0, 0];
      for (const value of unit) quarters[Math.min(3, Math.max(0, Math.floor(value * 4)))]++;
      for (const count of quarters) expect(Math.abs(count - 1200), op).toBeLessThan(4 * 30);
    }
    const product = drawn.brightness.map((b, i) => (b - 1) * (drawn.contrast[i] - 1));
    expect(Math.abs(product.reduce((a, b) => a + b) / 4800)).toBeLessThan(0.002);
  });

  it("leaves out what can't change anything", () => {
    const ops = new Set(
      programs({ contrast: 0, hue: 0, probability: 1 }).flatMap((s) => s.map(({ op }) => op)),
    );
    expect(ops).toEqual(new Set(["brightness", "saturation"]));
    const grey = new Set(programs({ probability: 1 }, { channels: 1 }).flatMap((s) => s.map(({ op }) => op)));
    expect(grey).toEqual(new Set(["brightness", "contrast"]));
  });

  it("refuses a hue of more than half a turn", () => {
    expect(() => colorJitter({ hue: 0.6 })).toThrow(
      /augmentation "color-jitter": hue must be <= 0.5, got 0.6/,
    );
  });
});
