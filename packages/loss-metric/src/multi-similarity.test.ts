import { cpu, lossConformance } from "@contrastive/testing";
import { beforeAll, describe, expect, test } from "vitest";
import { allDistinct, batches, oneClass } from "../test/batches.js";
import { evaluate, expectLoop, type Loop } from "../test/check.js";
import { dot, logSumExp, mean, negativesOf, positivesOf } from "../test/loops.js";
import { multiSimilarity, type MultiSimilarityOptions, plugins } from "./index.js";

const cases: readonly MultiSimilarityOptions[] = [
  {},
  { mining: "none" },
  { positiveScale: 4, negativeScale: 20, threshold: 0.2, mining: -0.1 },
];

for (const options of cases) {
  lossConformance(`multi-similarity ${JSON.stringify(options)}`, () => multiSimilarity(options), {
    factory: multiSimilarity,
  });
}

beforeAll(async () => void (await cpu().init()));

describe.each(cases)("%j", (options) => {
  test.each(batches)("of %s equals eq. 11, 12 and 15", (_name, batch) => {
    expectLoop(multiSimilarity(options), batch, loopOf(options));
  });
});

test("mining keeps nothing of a batch without positives, or without negatives", () => {
  for (const batch of [oneClass, allDistinct]) {
    const { value, gradient, metrics } = evaluate(multiSimilarity(), batch);
    expect([value, ...Object.values(metrics), ...gradient].every((v) => v === 0)).toBe(true);
  }
});

test("all count without mining", () => {
  const { metrics } = evaluate(multiSimilarity({ mining: "none" }), oneClass);
  expect(metrics).toEqual({ positivesPerAnchor: 3, negativesPerAnchor: 0 });
});

test("scales beyond what e^x can hold give a finite loss and the right gradient", () => {
  const options = { positiveScale: 500, negativeScale: 1000, threshold: 0 };
  expectLoop(multiSimilarity(options), batches[0][1], loopOf(options));
});

test("the options, by default and refused", () => {
  expect(plugins.loss["multi-similarity"]().options).toEqual({
    positiveScale: 2,
    negativeScale: 50,
    threshold: 0.5,
    mining: 0.1,
    on: "projection",
  });
  expect(() => multiSimilarity({ threshold: 2 })).toThrow("threshold must be <= 1, got 2");
});

function loopOf(options: MultiSimilarityOptions): Loop {
  const { positiveScale = 2, negativeScale = 50, threshold = 0.5, mining = 0.1 } = options;
  // log(1 + Σ e^x)
  const summed = (s: number[], scale: number) => logSumExp([0, ...s.map((v) => scale * (v - threshold))]);
  return (rows, labels) =>
    mean(
      rows.map((row, i) => {
        let positives = positivesOf(i, labels).map((j) => dot(row, rows[j]));
        let negatives = negativesOf(i, labels).map((j) => dot(row, rows[j]));
        if (mining !== "none") {
          const [most, least] = [Math.max(...negatives), Math.min(...positives)];
          positives = positives.filter((s) => s - mining < most);
          negatives = negatives.filter((s) => s + mining > least);
        }
        return (
          summed(positives, -positiveScale) / positiveScale + summed(negatives, negativeScale) / negativeScale
        );
      }),
    );
}
