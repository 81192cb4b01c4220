import { expect, test } from "vitest";
// By path: losses stand beside schedules, and neither names the other.
import { exponential } from "../../optimize/src/exponential.js";
import { annealingAt } from "./annealing.js";

const at = (step: number) => ({ step, stepsPerEpoch: 10, totalSteps: 100 });

test.each([
  [0, 1000],
  [20, 100],
  [60, 1],
  [100, 0.01],
])("at step %d of 100 a falling one is %d", (step, expected) => {
  expect(annealingAt("falling", at(step), 0)).toBeCloseTo(expected, 10);
  expect(annealingAt("falling", at(step), 5)).toBeCloseTo(Math.max(5, expected), 10);
});

test("a number or a schedule is what it says", () => {
  expect(annealingAt(3, at(20), 5)).toBe(3);
  expect(annealingAt(exponential({ initial: 8, factorPerEpoch: 0.5 }), at(20), 5)).toBe(2);
});
