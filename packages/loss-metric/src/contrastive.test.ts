import { cpu, lossConformance } from "@contrastive/testing";
import { beforeAll, describe, expect, test } from "vitest";
import { batches, oneClass, ofSeveralLengths } from "../test/batches.js";
import { evaluate, expectLoop, type Loop } from "../test/check.js";
import { distance, mean, negativesOf, positivesOf } from "../test/loops.js";
import { contrastive, type ContrastiveOptions, plugins } from "./index.js";

const cases: readonly ContrastiveOptions[] = [
  {},
  { positiveMargin: 0.3, negativeMargin: 1.3 },
  { hinge: "linear", negativeMargin: 1.6 },
  { hinge: "linear", negativeMargin: 2, distance: "squared-euclidean", unitLength: false },
];

for (const options of cases) {
  lossConformance(`contrastive ${JSON.stringify(options)}`, () => contrastive(options), {
    factory: contrastive,
    // Short, for the mean jumps where a pair begins to count.
    gradientStep: 2e-4,
    gradientTolerance: 2e-2,
  });
}

beforeAll(async () => void (await cpu().init()));

describe.each(cases)("%j", (options) => {
  test.each(batches)("of %s equals pair after pair", (_name, batch) => {
    const given = options.unitLength === false ? ofSeveralLengths(batch) : batch;
    expectLoop(contrastive(options), given, loopOf(options));
  });
});

test("the metrics count the active pairs of a row", () => {
  const [, batch] = batches[0];
  const { metrics } = evaluate(contrastive(), batch);
  // Seven samples of two views: 3 of one class, 2 of another and 2 alone.
  expect(metrics.positivesPerAnchor).toBeCloseTo((6 * 5 + 4 * 3 + 2 * 1 + 2 * 1) / 14, 6);
  expect(metrics.negativesPerAnchor).toBeGreaterThan(0);
  expect(evaluate(contrastive({ negativeMargin: 0 }), batch).metrics.negativesPerAnchor).toBe(0);
});

test("one class is pulled together, with nothing to push away", () => {
  expectLoop(contrastive(), oneClass, loopOf({}));
});

test("the options, by default and refused", () => {
  expect(plugins.loss.contrastive().options).toEqual({
    positiveMargin: 0,
    negativeMargin: 1,
    hinge: "squared",
    distance: "euclidean",
    unitLength: true,
    on: "projection",
  });
  expect(() => contrastive({ negativeMargin: -1 })).toThrow("negativeMargin must be >= 0, got -1");
});

/** Hadsell et al., eq. 4, with a mean of its own for each kind of pairs. */
function loopOf(options: ContrastiveOptions): Loop {
  const { positiveMargin = 0, negativeMargin = 1, hinge = "squared" } = options;
  const power = options.distance === "squared-euclidean" ? 2 : 1;
  const penalty = (u: number) => (hinge === "squared" ? 0.5 * u ** 2 : u);
  const ofActive = (u: readonly number[]) => mean(u.filter((v) => v > 0).map(penalty));
  return (rows, labels) => {
    const d = (i: number, j: number) => distance(rows[i], rows[j]) ** power;
    const pull = rows.flatMap((_, i) => positivesOf(i, labels).map((j) => d(i, j) - positiveMargin));
    const push = rows.flatMap((_, i) => negativesOf(i, labels).map((j) => negativeMargin - d(i, j)));
    return ofActive(pull) + ofActive(push);
  };
}
