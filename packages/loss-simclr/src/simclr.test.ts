import { cpu, expectClose, expectCloseScalar, finiteDifference, lossConformance } from "@contrastive/testing";
import * as tf from "@tensorflow/tfjs-core";
import { beforeAll, describe, expect, test } from "vitest";
import { evaluate, type Shape } from "../test/evaluate.js";
import { cosine, mean, randomRows, rowsOf, sumOf } from "../test/float64.js";
import { plugins, simclr, type SimclrOptions } from "./index.js";

lossConformance("simclr", () => simclr(), { factory: simclr });
lossConformance(
  "simclr on the representation, inside, one-positive",
  () => simclr({ on: "representation", summation: "inside", denominator: "one-positive", temperature: 0.2 }),
  { factory: simclr, views: [2, 3, 4] },
);

describe("simclr", () => {
  beforeAll(async () => void (await cpu().init()));

  test("the options by default, and the plugin table names it", () => {
    expect(plugins.loss.simclr().options).toEqual({
      temperature: 0.5,
      denominator: "all",
      summation: "outside",
      on: "projection",
    });
  });

  // By hand, with p = e^{1/τ}: two samples on perpendicular axes, both views equal.
  test.each([0.1, 0.5, 1])("of two perpendicular samples at temperature %d", (temperature) => {
    const { value, metrics } = evaluate(simclr({ temperature }), [1, 0, 1, 0, 0, 1, 0, 1], [2, 2, 2]);
    const p = Math.exp(1 / temperature);
    expectCloseScalar(value, Math.log((p + 2) / p));
    expectCloseScalar(metrics.positiveCosine, 1);
  });

  const variants = (["outside", "inside"] as const).flatMap((summation) =>
    (["all", "one-positive"] as const).map((denominator) => ({ summation, denominator })),
  );
  describe.each([2, 3, 4])("%d views", (views) => {
    test.each(variants)("$summation, $denominator equals float64 loops", (variant) => {
      const shape: Shape = [5, views, 4];
      const x = randomRows(shape, views);
      for (const temperature of [0.1, 0.5]) {
        const options = { temperature, ...variant };
        const { value, gradient } = evaluate(simclr(options), x, shape);
        expectCloseScalar(value, naive(x, shape, options));
        expectClose(
          gradient,
          finiteDifference((x) => naive(x, shape, options), x),
        );
      }
    });
  });

  test("one sample has views that can't be told apart from others: no gradient", () => {
    const { value, gradient } = evaluate(simclr(), [1, 0, 0.6, 0.8], [1, 2, 2]);
    expect(value).toBe(0);
    expectClose(gradient, [0, 0, 0, 0]);
  });

  test.each([
    [{}, { projection: tf.ones<tf.Rank.R3>([2, 1, 3]) }, "embeddings.projection", "[2,1,3]"],
    [{ on: "representation" } as const, {}, "embeddings.representation", "undefined"],
  ])("refuses one view and none: %o", (options, embeddings, what, got) => {
    const input = { weights: {}, buffers: {}, step: 0, stepsPerEpoch: 1, totalSteps: 1 };
    expect(() => simclr(options).compute({ ...input, embeddings })).toThrow(
      `loss "simclr": ${what} must have two views or more, got ${got}`,
    );
  });
});

/** eq. 1, averaged over the pairs, with its two variants for more than two views. */
function naive(
  x: ArrayLike<number>,
  shape: Shape,
  { temperature, denominator, summation }: Required<Omit<SimclrOptions, "on">>,
): number {
  const losses = rowsOf(shape).map(({ i, positives, negatives }) => {
    const e = (j: number) => Math.exp(cosine(x, i, x, j, shape[2]) / temperature);
    const divisor = (p: number) =>
      sumOf(negatives.map(e)) + (denominator === "all" ? sumOf(positives.map(e)) : e(p));
    const ratios = positives.map((p) => e(p) / divisor(p));
    return summation === "outside" ? -mean(ratios.map(Math.log)) : -Math.log(mean(ratios));
  });
  return mean(losses);
}
