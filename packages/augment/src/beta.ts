import type { Rng } from "@contrastive/core";

/** A number of Beta(α, α), for any α > 0, rounded to float32. */
export function drawBeta(rng: Rng, alpha: number): number {
  // x / (x + y) of two gamma numbers, by their logarithms: for a small α both would be 0.
  const difference = logGamma(rng, alpha) - logGamma(rng, alpha);
  return Math.fround(1 / (1 + Math.exp(-difference)));
}

/** The logarithm of a gamma number of this shape: Marsaglia and Tsang 2000; for a shape below 1 by that of one more, and a power. */
function logGamma(rng: Rng, shape: number): number {
  if (shape < 1) return logGamma(rng, shape + 1) + Math.log(1 - rng.uniform()) / shape;
  const d = shape - 1 / 3;
  const c = 1 / Math.sqrt(9 * d);
  for (;;) {
    const x = rng.normal();
    const v = (1 + c * x) ** 3;
    if (v > 0 && Math.log(1 - rng.uniform()) < 0.5 * x * x + d - d * v + d * Math.log(v)) {
      return Math.log(d * v);
    }
  }
}
