import { expect, test } from "vitest";
import { meanCorruptionError } from "./corruption-error.js";

const errors = { fog: [0.1, 0.2, 0.6], snow: [0.5, 0.5, 0.8] };

test("is the mean over severities, then over corruptions", () => {
  const { corruptions, mean } = meanCorruptionError(errors);
  expect(corruptions.fog).toBeCloseTo(0.3, 12);
  expect(corruptions.snow).toBeCloseTo(0.6, 12);
  expect(mean).toBeCloseTo(0.45, 12);
});

test("with a baseline is by the sums of its errors, not by each", () => {
  const baseline = { snow: [0.9, 0.9, 0.6], fog: [0.2, 0.2, 0.2], rain: [1, 1, 1] };
  const { corruptions, mean } = meanCorruptionError(errors, baseline);
  expect(corruptions.fog).toBeCloseTo(1.5, 12);
  expect(corruptions.snow).toBeCloseTo(0.75, 12);
  expect(mean).toBeCloseTo(1.125, 12);
  expect(meanCorruptionError(baseline, baseline).mean).toBe(1);
});

test.each([
  [{}, undefined, "needs the errors of a corruption at one severity at least, got {}"],
  [{ fog: [] }, undefined, "needs the errors of a corruption"],
  [errors, { fog: [0, 0, 1] }, 'the baseline must have 3 errors of "snow", one a severity, got undefined'],
  [errors, { ...errors, fog: [1] }, 'the baseline must have 3 errors of "fog", one a severity, got [1]'],
  [
    errors,
    { ...errors, fog: [0, 0, 0] },
    'the baseline makes no error under "fog" to divide by, got [0,0,0]',
  ],
])("%j beside %j is refused", (given, baseline, message) => {
  expect(() => meanCorruptionError(given, baseline)).toThrow(`mean corruption error: ${message}`);
});
