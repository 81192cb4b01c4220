import { createRng } from "@contrastive/core";
import { expect, it } from "vitest";
import { poisson } from "./poisson.js";

it.each([0, 0.3, 3, 9.9, 10, 12, 60, 500])("a mean of %d is distributed as it should be", (mean) => {
  const rng = createRng(1).fork("poisson", String(mean));
  const draws = 40_000;
  const counts = new Map<number, number>();
  for (let i = 0; i < draws; i++) {
    const count = poisson(mean, rng);
    counts.set(count, (counts.get(count) ?? 0) + 1);
  }
  let logChance = -mean;
  let chiSquared = 0;
  let cells = 0;
  for (let count = 0; count < 2 * mean + 30; count++) {
    if (count > 0) logChance += Math.log(mean / count);
    const expected = draws * Math.exp(logChance);
    if (expected < 10) continue;
    chiSquared += ((counts.get(count) ?? 0) - expected) ** 2 / expected;
    cells++;
  }
  // Its mean is about the number of cells, its variance twice that: five standard deviations.
  expect(chiSquared).toBeLessThan(cells + 5 * Math.sqrt(2 * cells));
});
