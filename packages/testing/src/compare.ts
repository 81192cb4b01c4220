import { expect } from "vitest";

/** ‖a − b‖₂ / ‖b‖₂; where b is zero, ‖a‖₂. */
export function relativeError(actual: ArrayLike<number>, expected: ArrayLike<number>): number {
  let difference = 0;
  let norm = 0;
  for (let i = 0; i < expected.length; i++) {
    difference += (actual[i] - expected[i]) ** 2;
    norm += expected[i] ** 2;
  }
  return Math.sqrt(difference) / (norm === 0 ? 1 : Math.sqrt(norm));
}

/** Fails with the size of the error, and where it is largest, unless the relative error is at most `tolerance`. */
export function expectClose(
  actual: ArrayLike<number>,
  expected: ArrayLike<number>,
  { tolerance = 1e-5, what = "values" }: { tolerance?: number; what?: string } = {},
): void {
  expect(actual.length, `${what}: length`).toBe(expected.length);
  const error = relativeError(actual, expected);
  if (error <= tolerance) return;
  let worst = 0;
  for (let i = 0; i < expected.length; i++) {
    const difference = Math.abs(actual[i] - expected[i]);
    // NaN counts as the largest difference.
    if (!(difference <= Math.abs(actual[worst] - expected[worst]))) worst = i;
  }
  expect.fail(
    `${what}: relative error ${error.toExponential(2)} > ${tolerance}; at ${worst} of ${expected.length}: ` +
      `got ${actual[worst]}, expected ${expected[worst]}`,
  );
}

/** |a − b| / max(1, |b|) must be at most `tolerance`. */
export function expectCloseScalar(
  actual: number,
  expected: number,
  { tolerance = 1e-5, what = "value" }: { tolerance?: number; what?: string } = {},
): void {
  const error = Math.abs(actual - expected) / Math.max(1, Math.abs(expected));
  if (!(error <= tolerance)) {
    expect.fail(
      `${what}: error ${error.toExponential(2)} > ${tolerance}: got ${actual}, expected ${expected}`,
    );
  }
}
