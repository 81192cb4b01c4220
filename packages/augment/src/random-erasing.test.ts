import { expect, it } from "vitest";
import { randomErasing, type RandomErasingOptions } from "./random-erasing.js";

const from = { height: 60, width: 50, channels: 3 };

function steps(options: RandomErasingOptions) {
  const augmentation = randomErasing({ probability: 1, ...options });
  return Array.from({ length: 2000 }, (_, index) =>
    augmentation.sample({ seed: 8, epoch: 0, index, view: 0 }, from),
  ).flatMap((program) => program.steps);
}

function mean(values: readonly number[]): number {
  return values.reduce((a, b) => a + b) / values.length;
}

it("draws boxes of the area and shape asked for, all over the image", () => {
  const drawn = steps({ scale: [0.1, 0.2], ratio: [0.5, 2] });
  expect(drawn.length).toBe(2000);
  const [areas, ratios, tops] = [[], [], []] as number[][];
  for (const step of drawn) {
    if (step.op !== "erase") expect.fail(step.op);
    expect(step.top + step.height).toBeLessThanOrEqual(60);
    expect(step.left + step.width).toBeLessThanOrEqual(50);
    areas.push((step.height * step.width) / 3000);
    ratios.push(Math.log(step.height / step.width) / Math.log(2));
    tops.push(step.top / (60 - step.height));
  }
  // Rounding to pixels adds a few percent.
  expect(Math.min(...areas)).toBeGreaterThan(0.09);
  expect(Math.max(...areas)).toBeLessThan(0.22);
  expect(mean(areas)).toBeCloseTo(0.15, 2);
  expect(Math.max(...ratios.map(Math.abs))).toBeLessThan(1.15);
  expect(Math.abs(mean(ratios))).toBeLessThan(0.06);
  expect(mean(tops)).toBeCloseTo(0.5, 1);
  expect([Math.min(...tops), Math.max(...tops)]).toEqual([0, 1]);
});

it("paints in the colour asked for, or with noise of a seed of its own", () => {
  for (const step of steps({ value: 0.5 })) {
    expect(step).toMatchObject({ op: "erase", red: 0.5, green: 0.5, blue: 0.5 });
  }
  for (const step of steps({ value: [0, 0.25, 1] })) {
    expect(step).toMatchObject({ red: 0, green: 0.25, blue: 1 });
  }
  const seeds = steps({ value: "noise" }).map((step) => (step.op === "eraseWithNoise" ? step.seed : -1));
  expect(new Set(seeds).size).toBeGreaterThan(1990);
});

it("leaves an image in which no box is smaller than it", () => {
  expect(steps({ scale: [1, 1], ratio: [1, 1] })).toEqual([]);
});

it("refuses a colour of bytes", () => {
  expect(() => randomErasing({ value: 255 })).toThrow(/augmentation "random-erasing": value must be/);
});
