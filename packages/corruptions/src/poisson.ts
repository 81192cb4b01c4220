import type { Rng } from "@contrastive/core";

/** A count that is Poisson distributed with this mean. */
export function poisson(mean: number, rng: Rng): number {
  return mean < 10 ? byProducts(mean, rng) : byRejection(mean, rng);
}

/** Knuth: how many uniform numbers multiply to more than exp(-mean). */
function byProducts(mean: number, rng: Rng): number {
  const limit = Math.exp(-mean);
  let count = 0;
  for (let product = 1 - rng.uniform(); product > limit; count++) product *= 1 - rng.uniform();
  return count;
}

/** PTRS: transformed rejection with a squeeze (Hörmann 1993). */
function byRejection(mean: number, rng: Rng): number {
  const b = 0.931 + 2.53 * Math.sqrt(mean);
  const a = -0.059 + 0.02483 * b;
  const inverseAlpha = 1.1239 + 1.1328 / (b - 3.4);
  const squeeze = 0.9277 - 3.6224 / (b - 2);
  for (;;) {
    const u = rng.uniform() - 0.5;
    const v = 1 - rng.uniform();
    const us = 0.5 - Math.abs(u);
    const count = Math.floor(((2 * a) / us + b) * u + mean + 0.43);
    if (us >= 0.07 && v <= squeeze) return count;
    if (count < 0 || (us < 0.013 && v > us)) continue;
    const left = Math.log((v * inverseAlpha) / (a / (us * us) + b));
    if (left <= count * Math.log(mean) - mean - logFactorial(count)) return count;
  }
}

/** Stirling's series; exact sums where that is poor. */
function logFactorial(n: number): number {
  if (n < 10) {
    let sum = 0;
    for (let i = 2; i <= n; i++) sum += Math.log(i);
    return sum;
  }
  return (n + 0.5) * Math.log(n) - n + 0.5 * Math.log(2 * Math.PI) + 1 / (12 * n) - 1 / (360 * n ** 3);
}
