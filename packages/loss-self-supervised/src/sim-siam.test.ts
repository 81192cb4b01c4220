import { createRng } from "@contrastive/core";
import { cpu, expectClose, expectCloseScalar, finiteDifference, seededValues } from "@contrastive/testing";
import * as tf from "@tensorflow/tfjs-core";
import { beforeAll, describe, expect, test } from "vitest";
import { evaluate, type Shape } from "../test/evaluate.js";
import { cosine, mean, orderedPairs, range, reader } from "../test/loops.js";
import { predictions, predictorWeights } from "../test/predictor.js";
import { plugins, simSiam } from "./index.js";

beforeAll(async () => void (await cpu().init()));

test("defaults are the paper's", () => {
  expect(plugins.loss.simsiam().options).toEqual({ hidden: "quarter", on: "projection" });
});

describe.each([2, 3])("%d views", (views) => {
  const shape: Shape = [6, views, 4];
  const embeddings = seededValues("embeddings", 6 * views * 4).map((u) => 2 * u + 0.3);
  const weights = predictorWeights(4, 3);
  const values = Object.fromEntries(Object.entries(weights).map(([name, { values }]) => [name, values]));

  test("equal eq. 4 of the paper in float64, with targets that stand still", () => {
    const at = reader(embeddings, shape);
    const naive = (x: ArrayLike<number>, own: Readonly<Record<string, ArrayLike<number>>>) => {
      const guesses = predictions(x, shape, own);
      const cosines = orderedPairs(views).flatMap(([a, b]) =>
        range(6).map((i) =>
          cosine(
            guesses[a][i],
            range(4).map((k) => at(i, b, k)),
          ),
        ),
      );
      return -mean(cosines);
    };
    const actual = evaluate(simSiam({ hidden: 3 }), { shape, embeddings, weights });
    expectCloseScalar(actual.loss, naive(embeddings, values));
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

test("the predictor is drawn as torch's layers are", () => {
  const { weights } = simSiam().init!(createRng(1), { projection: 400 }, 0);
  expect(Object.fromEntries(Object.entries(weights!).map(([name, { shape }]) => [name, shape]))).toEqual({
    "predictor.0.weight": [400, 100],
    "predictor.1.weight": [100],
    "predictor.1.bias": [100],
    "predictor.3.weight": [100, 400],
    "predictor.3.bias": [400],
  });
  const largest = (name: string) => Math.max(...weights![name].dataSync().map(Math.abs));
  for (const [name, bound] of [
    ["predictor.0.weight", 0.05],
    ["predictor.3.weight", 0.1],
    ["predictor.3.bias", 0.1],
  ] as const) {
    expect(largest(name), name).toBeLessThanOrEqual(Math.fround(bound));
    expect(largest(name), name).toBeGreaterThan(0.95 * bound);
  }
  expect([...new Set(weights!["predictor.1.weight"].dataSync())]).toEqual([1]);
  expect(largest("predictor.1.bias")).toBe(0);
  tf.dispose({ ...weights });
});

test("compute says which weight is missing", () => {
  const { "predictor.3.bias": _, ...others } = predictorWeights(2, 2);
  expect(() =>
    evaluate(simSiam(), { shape: [2, 2, 2], embeddings: [1, 2, 3, 4, 5, 6, 7, 8], weights: others }),
  ).toThrow('loss "simsiam": compute needs the weights that init made: predictor.3.bias is missing');
});
