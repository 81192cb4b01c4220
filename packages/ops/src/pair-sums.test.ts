import { beforeAll, describe, expect, test } from "vitest";
// By path: packages/testing depends on this package, and a package can't name what depends on it.
import { cpu, finiteDifference, relativeError, seededValues } from "../../testing/src/index.js";
import { batchOf, pairSumsCases, tripletSumsCases } from "../test/pair-cases.js";
import { pairSuites } from "../test/pair-suites.js";
import { pairSumsInLoops, tripletSumsInLoops } from "../test/pairs-in-loops.js";

describe("pairSums and tripletSums", () => {
  beforeAll(async () => void (await cpu().init()));

  pairSuites({
    "12 rows": batchOf(12, 4, 3),
    "50 rows": batchOf(50, 7, 6),
    "one row": batchOf(1, 3, 1),
    "one class": batchOf(5, 3, 1),
    "all distinct": batchOf(5, 3, 5),
    "rows of several lengths": {
      ...batchOf(9, 4, 2),
      x: Float32Array.from(batchOf(9, 4, 2).x, (v, i) => v * (1 + 0.1 * Math.floor(i / 4))),
    },
  });
});

describe("the loops' gradients are those of their sums", () => {
  const batch = batchOf(10, 4, 3);
  const dPositives = seededValues("positives", 10);
  const dNegatives = seededValues("negatives", 10);

  test.each(Object.entries(pairSumsCases))("%s", (_name, attributes) => {
    const weights = { dPositives, dNegatives };
    const { dx } = pairSumsInLoops(batch, attributes, weights);
    const expected = finiteDifference((x) => {
      const { positives, negatives } = pairSumsInLoops({ ...batch, x }, attributes, weights, batch);
      return dot(positives, dPositives) + dot(negatives, dNegatives);
    }, batch.x);
    expect(relativeError(dx, expected)).toBeLessThan(1e-6);
  });

  test.each(Object.entries(tripletSumsCases))("%s", (_name, attributes) => {
    const { dx } = tripletSumsInLoops(batch, attributes, dPositives);
    const expected = finiteDifference(
      (x) => dot(tripletSumsInLoops({ ...batch, x }, attributes, dPositives).sums, dPositives),
      batch.x,
    );
    expect(relativeError(dx, expected)).toBeLessThan(1e-6);
  });
});

function dot(a: readonly number[], b: ArrayLike<number>): number {
  return a.reduce((sum, v, i) => sum + v * b[i], 0);
}
