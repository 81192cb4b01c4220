import { cpu, expectClose, expectCloseScalar, finiteDifference, seededValues } from "@contrastive/testing";
import { beforeAll, describe, expect, test } from "vitest";
import { evaluate, type Shape } from "../test/evaluate.js";
import { mean, range, reader, sum, unorderedPairs } from "../test/loops.js";
import { plugins, vicReg } from "./index.js";

beforeAll(async () => void (await cpu().init()));

const defaults = { invariance: 25, variance: 25, covariance: 1, epsilon: 1e-4 };

test("defaults are the paper's", () => {
  expect(plugins.loss.vicreg().options).toEqual({ ...defaults, on: "projection" });
});

describe.each([2, 3])("%d views", (views) => {
  test.each([{}, { invariance: 1, variance: 2, covariance: 30, epsilon: 0.01 }, { variance: 0 }])(
    "equal eq. 6 of the paper in float64: %j",
    (options) => {
      const shape: Shape = [7, views, 5];
      // Some axes vary by more than 1, others by less.
      const embeddings = seededValues("embeddings", 7 * views * 5).map((u, i) => u * (1 + (i % 5)) + 0.5);
      const { invariance, variance, covariance, epsilon } = { ...defaults, ...options };
      const naive = (x: ArrayLike<number>) => {
        const [s, v, c] = terms(x, shape, epsilon);
        return invariance * s + variance * v + covariance * 2 * c;
      };
      const actual = evaluate(vicReg(options), { shape, embeddings });
      expectCloseScalar(actual.loss, naive(embeddings));
      expectClose(actual.gradient, finiteDifference(naive, embeddings));
      const [s, v, c] = terms(embeddings, shape, epsilon);
      expectCloseScalar(actual.metrics.invariance, s);
      expectCloseScalar(actual.metrics.variance, v);
      expectCloseScalar(actual.metrics.covariance, c);
    },
  );
});

test("one vector throughout has the variance term alone, and no gradient", () => {
  const { loss, gradient } = evaluate(vicReg(), {
    shape: [4, 2, 3],
    embeddings: new Float32Array(24).fill(2),
  });
  expectCloseScalar(loss, 25 * (1 - Math.sqrt(1e-4)));
  expect(gradient.every((v) => v === 0)).toBe(true);
});

/** s of eq. 5 by axis, v of eq. 1 and c of eq. 4, each as a mean over views or pairs of them. */
function terms(x: ArrayLike<number>, shape: Shape, epsilon: number): [s: number, v: number, c: number] {
  const [batch, views, dim] = shape;
  const at = reader(x, shape);
  const s = unorderedPairs(views).map(([a, b]) =>
    mean(range(batch).flatMap((i) => range(dim).map((k) => (at(i, a, k) - at(i, b, k)) ** 2))),
  );
  const perView = range(views).map((view) => {
    const columns = range(dim).map((axis) => range(batch).map((i) => at(i, view, axis)));
    const covariance = (i: number, j: number) => {
      const [a, b] = [columns[i], columns[j]];
      return sum(a.map((v, n) => (v - mean(a)) * (b[n] - mean(b)))) / (batch - 1);
    };
    return {
      v: mean(range(dim).map((i) => Math.max(0, 1 - Math.sqrt(covariance(i, i) + epsilon)))),
      c: sum(range(dim).flatMap((i) => range(dim).map((j) => (i === j ? 0 : covariance(i, j) ** 2)))) / dim,
    };
  });
  return [mean(s), mean(perView.map(({ v }) => v)), mean(perView.map(({ c }) => c))];
}
