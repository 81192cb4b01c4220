import { seededValues } from "@contrastive/testing";
import { mean, range, reader, sum } from "./loops.js";
import type { Given, Shape } from "./evaluate.js";

/** Weights of a predictor, by the names of the loss. */
export function predictorWeights(dim: number, hidden: number): NonNullable<Given["weights"]> {
  return {
    "predictor.0.weight": draw("hidden", [dim, hidden]),
    "predictor.1.weight": draw("scale", [hidden]),
    "predictor.1.bias": draw("offset", [hidden]),
    "predictor.3.weight": draw("output", [hidden, dim]),
    "predictor.3.bias": draw("bias", [dim]),
  };
}

/** By plain loops, `predictions[view][sample]`, each `dim` numbers. */
export function predictions(
  x: ArrayLike<number>,
  shape: Shape,
  weights: Readonly<Record<string, ArrayLike<number>>>,
): number[][][] {
  const [batch, views, dim] = shape;
  const at = reader(x, shape);
  const [first, scale, offset, output, bias] = Object.values(weights);
  const hidden = scale.length;
  return range(views).map((view) => {
    const columns = range(hidden).map((h) => {
      const column = range(batch).map((i) =>
        sum(range(dim).map((k) => at(i, view, k) * first[k * hidden + h])),
      );
      const middle = mean(column);
      const deviation = Math.sqrt(mean(column.map((v) => (v - middle) ** 2)) + 1e-5);
      return column.map((v) => Math.max(0, ((v - middle) / deviation) * scale[h] + offset[h]));
    });
    return range(batch).map((i) =>
      range(dim).map((k) => bias[k] + sum(range(hidden).map((h) => columns[h][i] * output[h * dim + k]))),
    );
  });
}

function draw(name: string, shape: readonly number[]) {
  const size = shape.reduce((a, b) => a * b);
  return { shape, values: seededValues(name, size).map((u) => 2 * u) };
}
