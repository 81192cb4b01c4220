import { cpu, lossConformance } from "@contrastive/testing";
import { beforeAll, describe, expect, test } from "vitest";
import { allDistinct, batches, oneClass } from "../test/batches.js";
import { evaluate, expectLoop, type Loop } from "../test/check.js";
import { dot, logSumExp, mean, positivesOf } from "../test/loops.js";
import { plugins, softNearestNeighbor, type SoftNearestNeighborOptions } from "./index.js";

const cases: readonly SoftNearestNeighborOptions[] = [{}, { temperature: 1 }, { temperature: 0.1 }];

for (const options of cases) {
  lossConformance(`soft-nearest-neighbor ${JSON.stringify(options)}`, () => softNearestNeighbor(options), {
    factory: softNearestNeighbor,
  });
}

beforeAll(async () => void (await cpu().init()));

describe.each(cases)("%j", (options) => {
  test.each(batches)("of %s equals eq. 1", (_name, batch) => {
    expectLoop(softNearestNeighbor(options), batch, loopOf(options));
  });
});

test("one class, or no positive at all, has nothing to learn", () => {
  for (const batch of [oneClass, allDistinct]) {
    const { value, gradient } = evaluate(softNearestNeighbor(), batch);
    expect(value).toBeCloseTo(0, 6);
    for (const v of gradient) expect(v).toBeCloseTo(0, 5);
  }
});

test("the options, by default and refused", () => {
  expect(plugins.loss["soft-nearest-neighbor"]().options).toEqual({ temperature: 0.2, on: "projection" });
  expect(() => softNearestNeighbor({ temperature: 0 })).toThrow("temperature must be > 0, got 0");
});

/** On unit length, which small steps leave, −‖x − y‖² is 2 x·y − 2. */
function loopOf({ temperature = 0.2 }: SoftNearestNeighborOptions): Loop {
  return (rows, labels) => {
    const losses = rows.flatMap((row, i) => {
      const exponent = (j: number) => (2 * dot(row, rows[j]) - 2) / temperature;
      const positives = positivesOf(i, labels);
      if (positives.length === 0) return [];
      const others = rows.map((_, j) => j).filter((j) => j !== i);
      return [logSumExp(others.map(exponent)) - logSumExp(positives.map(exponent))];
    });
    return mean(losses);
  };
}
