import { cpu, expectClose, expectCloseScalar, finiteDifference, lossConformance } from "@contrastive/testing";
import { beforeAll, describe, expect, test } from "vitest";
import { evaluate, type Shape } from "../test/evaluate.js";
import { cosine, mean, randomRows, rowsOf, sumOf } from "../test/float64.js";
import { dcl, dclw, type DclwOptions, plugins } from "./index.js";

// Its weights are constants to the gradient: the loops below hold them fast too.
lossConformance("dclw", () => dclw(), { factory: dclw, stopsGradient: true });
lossConformance(
  "dclw on the representation",
  () => dclw({ on: "representation", temperature: 0.2, sigma: 0.01 }),
  { factory: dclw, stopsGradient: true, views: [2, 4] },
);

describe("dclw", () => {
  beforeAll(async () => void (await cpu().init()));

  test("the options by default, and the plugin table names it", () => {
    expect(plugins.loss.dclw().options).toEqual({ temperature: 0.1, sigma: 0.5, on: "projection" });
  });

  test.each([2, 3, 4])("equals float64 loops for %d views, weights held fast", (views) => {
    const shape: Shape = [5, views, 4];
    const x = randomRows(shape, views);
    for (const options of [
      { temperature: 0.1, sigma: 0.5 },
      { temperature: 0.5, sigma: 0.05 },
    ]) {
      const { value, gradient } = evaluate(dclw(options), x, shape);
      expectCloseScalar(value, naive(x, x, shape, options));
      expectClose(
        gradient,
        finiteDifference((y) => naive(y, x, shape, options), x),
      );
    }
  });

  test("a large sigma gives dcl", () => {
    const shape: Shape = [4, 2, 3];
    const x = randomRows(shape, 9);
    const [weighted, plain] = [evaluate(dclw({ sigma: 1e6 }), x, shape), evaluate(dcl(), x, shape)];
    expectCloseScalar(weighted.value, plain.value);
    expectClose(weighted.gradient, plain.gradient);
  });

  test("a batch of one sample: loss and gradient are 0", () => {
    const { value, gradient } = evaluate(dclw(), [1, 0, 0.6, 0.8], [1, 2, 2]);
    expect(value).toBe(0);
    expectClose(gradient, [0, 0, 0, 0]);
  });
});

/** eq. 6 with weights of the embeddings `held`. */
function naive(
  x: ArrayLike<number>,
  held: ArrayLike<number>,
  shape: Shape,
  { temperature, sigma }: Required<Omit<DclwOptions, "on">>,
): number {
  const [batch, views, dim] = shape;
  const e = (i: number, j: number) => Math.exp(cosine(held, i, held, j, dim) / sigma);
  const weight = (i: number, p: number) => {
    const expectation = mean(
      Array.from({ length: batch }, (_, sample) =>
        e(sample * views + (i % views), sample * views + (p % views)),
      ),
    );
    return 2 - e(i, p) / expectation;
  };
  const losses = rowsOf(shape).map(({ i, positives, negatives }) => {
    const s = (j: number) => cosine(x, i, x, j, dim) / temperature;
    const pull = mean(positives.map((p) => weight(i, p) * s(p)));
    return Math.log(sumOf(negatives.map((n) => Math.exp(s(n))))) - pull;
  });
  return mean(losses);
}
