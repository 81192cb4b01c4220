import { cpu, lossConformance } from "@contrastive/testing";
import { beforeAll, describe, expect, test } from "vitest";
import { allDistinct, batches, oneClass, ofSeveralLengths } from "../test/batches.js";
import { evaluate, expectLoop, type Loop } from "../test/check.js";
import { distance, logSumExp, mean, negativesOf, positivesOf } from "../test/loops.js";
import { liftedStructure, type LiftedStructureOptions, plugins } from "./index.js";

const cases: readonly LiftedStructureOptions[] = [{}, { margin: 0.2 }, { margin: -1.5, unitLength: false }];

for (const options of cases) {
  lossConformance(`lifted-structure ${JSON.stringify(options)}`, () => liftedStructure(options), {
    factory: liftedStructure,
  });
}

beforeAll(async () => void (await cpu().init()));

describe.each(cases)("%j", (options) => {
  test.each(batches)("of %s equals eq. 4", (_name, batch) => {
    const given = options.unitLength === false ? ofSeveralLengths(batch) : batch;
    expectLoop(liftedStructure(options), given, loopOf(options));
  });
});

test("a batch without positives, or without negatives, is 0", () => {
  for (const batch of [oneClass, allDistinct]) {
    const { value, gradient } = evaluate(liftedStructure(), batch);
    expect([value, ...gradient].every((v) => v === 0)).toBe(true);
  }
});

test("the options, by default and refused", () => {
  expect(plugins.loss["lifted-structure"]().options).toEqual({
    margin: 1,
    unitLength: true,
    on: "projection",
  });
  expect(() => liftedStructure({ margin: Number.NaN })).toThrow("margin must be");
});

function loopOf({ margin = 1 }: LiftedStructureOptions): Loop {
  return (rows, labels) => {
    const d = (i: number, j: number) => distance(rows[i], rows[j]);
    const losses = rows.flatMap((_, i) =>
      positivesOf(i, labels).map((j) => {
        const pushes = [i, j].flatMap((end) => negativesOf(end, labels).map((n) => margin - d(end, n)));
        return 0.5 * Math.max(0, logSumExp(pushes) + d(i, j)) ** 2;
      }),
    );
    return mean(losses);
  };
}
