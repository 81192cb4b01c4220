import { cpu, lossConformance } from "@contrastive/testing";
import { beforeAll, describe, expect, test } from "vitest";
import { allDistinct, batches, oneClass } from "../test/batches.js";
import { evaluate, expectLoop, type Loop } from "../test/check.js";
import { dot, logSumExp, mean, negativesOf, positivesOf, softplus } from "../test/loops.js";
import { circle, type CircleOptions, plugins } from "./index.js";

const cases: readonly CircleOptions[] = [{}, { margin: 0.25, scale: 256 }, { margin: -0.1, scale: 8 }];

for (const options of cases) {
  lossConformance(`circle ${JSON.stringify(options)}`, () => circle(options), {
    factory: circle,
    stopsGradient: true,
  });
}

beforeAll(async () => void (await cpu().init()));

describe.each(cases)("%j", (options) => {
  test.each(batches)("of %s equals eq. 6, with constant weights in the gradient", (_name, batch) => {
    expectLoop(circle(options), batch, loopOf(options));
  });
});

test("anchors without positives or without negatives are left out", () => {
  const [, batch] = batches[1];
  expect(evaluate(circle(), batch).metrics.anchorsWithPairs).toBeCloseTo(7 / 9, 6);
  for (const without of [oneClass, allDistinct]) {
    const { value, gradient, metrics } = evaluate(circle(), without);
    expect([value, metrics.anchorsWithPairs, ...gradient].every((v) => v === 0)).toBe(true);
  }
});

test("at rest, s_p = 1 and s_n = 0, a pair is pulled no more and hardly pushed", () => {
  const x = [1, 0, 1, 0, 0, 1, 0, 1];
  const { value } = evaluate(circle({ scale: 80 }), { shape: [4, 1, 2], x, labels: [0, 0, 1, 1] });
  // w_p = m, w_n = m: −γ m² for the positive, −γ m² + log 2 for two negatives.
  expect(value).toBeCloseTo(softplus(-80 * 0.16 * 2 + Math.log(2)), 9);
});

test("the options, by default and refused", () => {
  expect(plugins.loss.circle().options).toEqual({ margin: 0.4, scale: 80, on: "projection" });
  expect(() => circle({ margin: 1 })).toThrow("margin must be < 1, got 1");
});

function loopOf({ margin = 0.4, scale = 80 }: CircleOptions): Loop {
  return (rows, labels, held) => {
    const losses = rows.flatMap((row, i) => {
      const exponents = (others: number[], sign: number, pivot: number, rest: number) =>
        others.map((j) => {
          const weight = Math.max(0, sign * (dot(held[i], held[j]) - pivot));
          return scale * weight * sign * (dot(row, rows[j]) - rest);
        });
      const [positives, negatives] = [positivesOf(i, labels), negativesOf(i, labels)];
      if (positives.length === 0 || negatives.length === 0) return [];
      const pull = logSumExp(exponents(positives, -1, 1 + margin, 1 - margin));
      const push = logSumExp(exponents(negatives, 1, -margin, margin));
      return [softplus(pull + push)];
    });
    return mean(losses);
  };
}
