import { cpu, expectClose, expectCloseScalar, finiteDifference, seededValues } from "@contrastive/testing";
import { beforeAll, describe, expect, test } from "vitest";
import { evaluate, type Shape } from "../test/evaluate.js";
import { cosine, mean, orderedPairs, range, reader } from "../test/loops.js";
import { predictions, predictorWeights } from "../test/predictor.js";
import { byol, plugins } from "./index.js";

beforeAll(async () => void (await cpu().init()));

test("the default of scale is the paper's", () => {
  expect(plugins.loss.byol().options).toEqual({ hidden: 1024, scale: 2, on: "projection" });
});

describe.each([2, 3])("%d views", (views) => {
  const shape: Shape = [6, views, 4];
  const embeddings = seededValues("embeddings", 6 * views * 4).map((u) => 2 * u + 0.3);
  const targets = seededValues("targets", 6 * views * 4).map((u) => 3 * u);
  const weights = predictorWeights(4, 3);
  const values = Object.fromEntries(Object.entries(weights).map(([name, { values }]) => [name, values]));

  test.each([2, 0.5])("equal eq. 2 of the paper in float64, at scale %d", (scale) => {
    const at = reader(targets, shape);
    const meanCosine = (x: ArrayLike<number>, own: Readonly<Record<string, ArrayLike<number>>>) => {
      const guesses = predictions(x, shape, own);
      const cosines = orderedPairs(views).flatMap(([a, b]) =>
        range(6).map((i) =>
          cosine(
            guesses[a][i],
            range(4).map((k) => at(i, b, k)),
          ),
        ),
      );
      return mean(cosines);
    };
    const naive = (...given: Parameters<typeof meanCosine>) => scale * (2 - 2 * meanCosine(...given));
    const actual = evaluate(byol({ hidden: 3, scale }), { shape, embeddings, targets, weights });
    expectCloseScalar(actual.loss, naive(embeddings, values));
    expectCloseScalar(actual.metrics.targetCosine, meanCosine(embeddings, values));
    expectClose(
      actual.gradient,
      finiteDifference((x) => naive(x, values), embeddings),
    );
    for (const name of Object.keys(values)) {
      const expected = finiteDifference((w) => naive(embeddings, { ...values, [name]: w }), values[name]);
      expectClose(actual.weights[name], expected, { what: name });
    }
  });
});

test("compute says that it needs targets", () => {
  expect(() =>
    evaluate(byol(), { shape: [2, 2, 1], embeddings: [1, 2, 3, 4], weights: predictorWeights(1, 2) }),
  ).toThrow('loss "byol": compute needs targets.projection, the embeddings of a momentum encoder');
});
