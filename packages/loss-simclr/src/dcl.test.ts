import { cpu, expectClose, expectCloseScalar, finiteDifference, lossConformance } from "@contrastive/testing";
import { beforeAll, describe, expect, test } from "vitest";
import { evaluate, type Shape } from "../test/evaluate.js";
import { cosine, mean, randomRows, rowsOf, sumOf } from "../test/float64.js";
import { dcl, plugins } from "./index.js";

lossConformance("dcl", () => dcl({ temperature: 0.5 }), { factory: dcl });
lossConformance("dcl on the representation", () => dcl({ on: "representation", temperature: 0.2 }), {
  factory: dcl,
});

describe("dcl", () => {
  beforeAll(async () => void (await cpu().init()));

  test("the options by default, and the plugin table names it", () => {
    expect(plugins.loss.dcl().options).toEqual({ temperature: 0.1, on: "projection" });
  });

  test.each([2, 3, 4])("equals float64 loops for %d views", (views) => {
    const shape: Shape = [5, views, 4];
    const x = randomRows(shape, views);
    for (const temperature of [0.1, 0.5]) {
      const { value, gradient } = evaluate(dcl({ temperature }), x, shape);
      expectCloseScalar(value, naive(x, shape, temperature));
      expectClose(
        gradient,
        finiteDifference((x) => naive(x, shape, temperature), x),
      );
    }
  });

  // By hand: two samples on perpendicular axes, both views equal; the positive can't lessen its own pull.
  test("of two perpendicular samples", () => {
    const { value, metrics } = evaluate(dcl({ temperature: 0.5 }), [1, 0, 1, 0, 0, 1, 0, 1], [2, 2, 2]);
    expectCloseScalar(value, Math.log(2) - 2);
    expectCloseScalar(metrics.positiveCosine, 1);
  });

  test("a batch of one sample has no negatives: loss and gradient are 0", () => {
    const { value, gradient } = evaluate(dcl(), [1, 0, 0.6, 0.8], [1, 2, 2]);
    expect([value, ...gradient]).toEqual([0, 0, 0, 0, 0]);
  });
});

/** eq. 6, averaged over the pairs. */
function naive(x: ArrayLike<number>, shape: Shape, temperature: number): number {
  const losses = rowsOf(shape).map(({ i, positives, negatives }) => {
    const s = (j: number) => cosine(x, i, x, j, shape[2]) / temperature;
    return Math.log(sumOf(negatives.map((n) => Math.exp(s(n))))) - mean(positives.map(s));
  });
  return mean(losses);
}
