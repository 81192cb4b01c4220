import { describe, expect, it } from "vitest";
import { score, scorePredictions } from "./score.js";

describe("score", () => {
  // The roots of (p − a)² = z² p (1 − p) / n, which define Wilson's interval.
  it.each([
    [1, 10],
    [5, 10],
    [811, 1000],
    [9999, 10000],
  ])("bounds %i of %i by the p whose own error just reaches the accuracy", (correct, total) => {
    const { accuracy, interval } = score(correct, total);
    expect(accuracy).toBe(correct / total);
    expect(interval[0]).toBeLessThan(accuracy);
    expect(interval[1]).toBeGreaterThan(accuracy);
    for (const p of interval) {
      const errors = Math.abs(p - accuracy) / Math.sqrt((p * (1 - p)) / total);
      expect(errors).toBeCloseTo(1.959963984540054, 8);
    }
  });

  it("agrees with published figures", () => {
    // Newcombe 1998, table I, method 3.
    expect(score(81, 263).interval[0]).toBeCloseTo(0.2553, 4);
    expect(score(81, 263).interval[1]).toBeCloseTo(0.3662, 4);
    expect(score(1, 29).interval[0]).toBeCloseTo(0.0061, 4);
    expect(score(1, 29).interval[1]).toBeCloseTo(0.1718, 4);
  });

  it.each([
    [0, 20],
    [20, 20],
  ])("keeps %i of %i within 0..1, with the bound at the accuracy", (correct, total) => {
    const { accuracy, interval } = score(correct, total);
    expect(interval).toContain(accuracy);
    expect(interval[1] - interval[0]).toBeCloseTo(1.96 ** 2 / (20 + 1.96 ** 2), 4);
  });

  it("says nothing of nothing", () => {
    expect(score(0, 0)).toEqual({ accuracy: NaN, interval: [0, 1], correct: 0, total: 0 });
  });
});

it("scores each class by its true label", () => {
  const scored = scorePredictions(Int32Array.of(0, 1, 1, 0, 2), Int32Array.of(0, 1, 0, 0, 1), 3);
  expect(scored).toMatchObject({ correct: 3, total: 5, accuracy: 0.6 });
  expect(scored.perClass.map(({ correct, total }) => [correct, total])).toEqual([
    [2, 3],
    [1, 2],
    [0, 0],
  ]);
});
