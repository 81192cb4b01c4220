import { createRng } from "@contrastive/core";
import { expect, test } from "vitest";
import { drawBeta } from "./beta.js";

const count = 40_000;

function drawn(alpha: number): readonly number[] {
  const rng = createRng(11).fork("beta", String(alpha));
  return Array.from({ length: count }, () => drawBeta(rng, alpha));
}

test.each([0.05, 0.2, 0.5, 1, 1.5, 4, 300])("has the moments of Beta(%d, %d)", (alpha) => {
  const values = drawn(alpha);
  const moment = (power: number) => values.reduce((sum, x) => sum + (x - 0.5) ** power, 0) / count;
  const variance = 1 / (4 * (2 * alpha + 1));
  const fourth = 3 / (16 * (2 * alpha + 1) * (2 * alpha + 3));
  // Four standard errors, of which that of the variance is √((fourth − variance²) / count).
  expect(Math.abs(moment(1))).toBeLessThan(4 * Math.sqrt(variance / count));
  expect(Math.abs(moment(2) - variance)).toBeLessThan(4 * Math.sqrt((fourth - variance ** 2) / count));
  expect(moment(4) / fourth).toBeGreaterThan(0.95);
  expect(moment(4) / fourth).toBeLessThan(1.05);
});

/** Where the distribution has a simple form. */
test.each([
  { alpha: 0.5, below: (x: number) => (2 / Math.PI) * Math.asin(Math.sqrt(x)) },
  { alpha: 1, below: (x: number) => x },
  { alpha: 2, below: (x: number) => 3 * x ** 2 - 2 * x ** 3 },
  { alpha: 3, below: (x: number) => 10 * x ** 3 - 15 * x ** 4 + 6 * x ** 5 },
])("is distributed as Beta($alpha, $alpha) everywhere", ({ alpha, below }) => {
  const sorted = [...drawn(alpha)].sort((a, b) => a - b);
  const distance = sorted.reduce((most, x, i) => Math.max(most, Math.abs((i + 0.5) / count - below(x))), 0);
  // Kolmogorov and Smirnov: one time in ten thousand it is farther.
  expect(distance).toBeLessThan(2.23 / Math.sqrt(count));
});

test.each([1e-4, 1e-2, 1e6])("stays a number in 0..1 for α = %d, and falls on either side", (alpha) => {
  const values = drawn(alpha).slice(0, 2000);
  expect(values.every((x) => x >= 0 && x <= 1)).toBe(true);
  const low = values.filter((x) => x < 0.5).length;
  expect(Math.abs(low - 1000)).toBeLessThan(120);
});
