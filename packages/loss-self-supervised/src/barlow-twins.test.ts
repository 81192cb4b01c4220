import { cpu, expectClose, expectCloseScalar, finiteDifference, seededValues } from "@contrastive/testing";
import { beforeAll, describe, expect, test } from "vitest";
import { evaluate, type Shape } from "../test/evaluate.js";
import { mean, range, reader, sum, unorderedPairs } from "../test/loops.js";
import { barlowTwins, plugins } from "./index.js";

beforeAll(async () => void (await cpu().init()));

test("defaults are the paper's λ and the authors' scale", () => {
  expect(plugins.loss["barlow-twins"]().options).toEqual({ lambda: 5e-3, scale: 0.024, on: "projection" });
});

describe.each([2, 3])("%d views", (views) => {
  test.each([{}, { lambda: 0.3, scale: 2 }, { lambda: 0 }])(
    "equal eq. 1 of the paper in float64: %j",
    (options) => {
      const shape: Shape = [7, views, 5];
      const embeddings = seededValues("embeddings", 7 * views * 5).map((u) => 3 * u + 0.5);
      const { lambda, scale } = { lambda: 5e-3, scale: 0.024, ...options };
      const naive = (x: ArrayLike<number>) => {
        const terms = sums(x, shape);
        return scale * (terms.invariance + lambda * terms.redundancy);
      };
      const actual = evaluate(barlowTwins(options), { shape, embeddings });
      expectCloseScalar(actual.loss, naive(embeddings));
      expectClose(actual.gradient, finiteDifference(naive, embeddings));
      const { invariance, redundancy } = sums(embeddings, shape);
      expectCloseScalar(actual.metrics.invariance, invariance);
      expectCloseScalar(actual.metrics.redundancy, redundancy);
    },
  );
});

test("views that differ by a scale and a shift of their axes are alike", () => {
  const one = seededValues("one", 8 * 3);
  const embeddings = range(8).flatMap((i) =>
    [0, 1].flatMap((v) => range(3).map((k) => one[i * 3 + k] * (1 + v) - 5 * v)),
  );
  const { metrics } = evaluate(barlowTwins(), { shape: [8, 2, 3], embeddings });
  expectCloseScalar(metrics.invariance, 0, { tolerance: 1e-6 });
});

test("axes that never vary count in full, and have no gradient", () => {
  const { loss, gradient } = evaluate(barlowTwins({ scale: 1 }), {
    shape: [4, 2, 3],
    embeddings: new Float32Array(24),
  });
  expect(loss).toBe(3);
  expect(gradient.every((v) => v === 0)).toBe(true);
});

/** The two sums of eq. 1, as means over pairs of views. */
function sums(x: ArrayLike<number>, shape: Shape): { invariance: number; redundancy: number } {
  const [batch, views, dim] = shape;
  const at = reader(x, shape);
  const standardised = range(views).map((view) =>
    range(dim).map((axis) => {
      const column = range(batch).map((sample) => at(sample, view, axis));
      const middle = mean(column);
      const deviation = Math.sqrt(mean(column.map((v) => (v - middle) ** 2)) + 1e-5);
      return column.map((v) => (v - middle) / deviation);
    }),
  );
  const terms = unorderedPairs(views).map(([a, b]) => {
    const correlation = (i: number, j: number) =>
      mean(range(batch).map((sample) => standardised[a][i][sample] * standardised[b][j][sample]));
    return {
      invariance: sum(range(dim).map((i) => (1 - correlation(i, i)) ** 2)),
      redundancy: sum(
        range(dim).flatMap((i) => range(dim).map((j) => (i === j ? 0 : correlation(i, j) ** 2))),
      ),
    };
  });
  return {
    invariance: mean(terms.map((term) => term.invariance)),
    redundancy: mean(terms.map((term) => term.redundancy)),
  };
}
