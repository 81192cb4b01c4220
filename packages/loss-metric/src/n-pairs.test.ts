import { cpu, lossConformance } from "@contrastive/testing";
import { beforeAll, describe, expect, test } from "vitest";
import { allDistinct, batches, directions, oneClass, ofSeveralLengths } from "../test/batches.js";
import { evaluate, expectLoop, type Loop } from "../test/check.js";
import { dot, logSumExp, mean, negativesOf, positivesOf, softplus } from "../test/loops.js";
import { nPairs, type NPairsOptions, plugins } from "./index.js";

for (const options of [{}, { penalty: 0.1 }, { pairs: "two-views" }] as const) {
  lossConformance(`n-pairs ${JSON.stringify(options)}`, () => nPairs(options), {
    factory: nPairs,
    anyRotation: true,
  });
}

beforeAll(async () => void (await cpu().init()));

describe.each([{}, { penalty: 0 }, { penalty: 0.3 }])("%j", (options) => {
  test.each(batches)("of %s equals eq. 8 for each positive", (_name, batch) => {
    expectLoop(nPairs(options), ofSeveralLengths(batch), loopOf(options));
  });
});

test("two views are the paper's N pairs", () => {
  const batch = ofSeveralLengths(directions([6, 2, 4], [5, 4, 3, 2, 1, 0]));
  expectLoop(nPairs({ pairs: "two-views", penalty: 0.05 }), batch, (rows) => {
    const [anchors, positives] = [0, 1].map((view) => rows.filter((_, i) => i % 2 === view));
    const losses = anchors.map((anchor, i) => {
      const products = positives.map((positive) => dot(anchor, positive));
      return logSumExp(products) - products[i];
    });
    return mean(losses) + 0.05 * mean(rows.map((row) => dot(row, row)));
  });
});

test("of two views with repeated labels, other samples of the class play no part", () => {
  const batch = ofSeveralLengths(directions([5, 2, 4], [0, 1, 0, 2, 1]));
  expectLoop(nPairs({ pairs: "two-views", penalty: 0 }), batch, (rows, labels) => {
    const anchors = rows.flatMap((_, i) => (i % 2 === 0 ? [i] : []));
    return mean(
      anchors.map((i) => {
        const negatives = negativesOf(i, labels).filter((j) => j % 2 === 1);
        const products = [i + 1, ...negatives].map((j) => dot(rows[i], rows[j]));
        return logSumExp(products) - products[0];
      }),
    );
  });
});

test("long embeddings do not overflow", () => {
  const [, batch] = batches[0];
  const x = Float32Array.from(batch.x, (v) => 1000 * v);
  const { value, gradient } = evaluate(nPairs(), { ...batch, x });
  expect([value, ...gradient].every(Number.isFinite)).toBe(true);
});

test("a batch without positives, or without negatives, has the penalty alone", () => {
  for (const batch of [oneClass, allDistinct]) {
    expect(evaluate(nPairs({ penalty: 0.25 }), batch).value).toBeCloseTo(0.25, 6);
  }
});

describe("options", () => {
  test("by default and refused", () => {
    expect(plugins.loss["n-pairs"]().options).toEqual({ pairs: "all", penalty: 0.001, on: "projection" });
    expect(() => nPairs({ penalty: -1 })).toThrow("penalty must be >= 0, got -1");
  });

  test("two views ask for two views", () => {
    expect(nPairs({ pairs: "two-views" }).needs.views).toBe(2);
    expect(() => evaluate(nPairs({ pairs: "two-views" }), oneClass)).toThrow(
      'loss "n-pairs": pairs "two-views" needs two views',
    );
  });
});

function loopOf({ penalty = 0.001 }: NPairsOptions): Loop {
  return (rows, labels) => {
    const losses = rows.flatMap((row, i) => {
      const negatives = logSumExp(negativesOf(i, labels).map((n) => dot(row, rows[n])));
      const perPositive = positivesOf(i, labels).map((p) => softplus(negatives - dot(row, rows[p])));
      return perPositive.length === 0 ? [] : [mean(perPositive)];
    });
    return mean(losses) + penalty * mean(rows.map((row) => dot(row, row)));
  };
}
