import { type ClassLoop, dot, mean, surprise, unit } from "./class-check.js";

/** Large-margin softmax and its kin, with the multiplied angle by arccos. */
export function angularLoop({
  margin,
  annealing,
  scale,
}: {
  margin: number;
  annealing: number;
  scale: (row: Float64Array, vector: Float64Array) => number;
}): ClassLoop {
  const psi = (cosine: number) => {
    const angle = Math.acos(cosine);
    const k = Math.min(margin - 1, Math.floor((margin * angle) / Math.PI));
    return (-1) ** k * Math.cos(margin * angle) - 2 * k;
  };
  return classifierLoop((row, vector, isOwn) => {
    const cosine = dot(unit(row), unit(vector));
    const own = (annealing * cosine + psi(cosine)) / (1 + annealing);
    return scale(row, vector) * (isOwn ? own : cosine);
  });
}

/** A softmax of logits, each of a row and a class. */
export function classifierLoop(
  logit: (row: Float64Array, vector: Float64Array, isOwn: boolean) => number,
): ClassLoop {
  return (rows, vectors, labels) =>
    mean(
      rows.map((row, i) =>
        surprise(
          vectors.map((vector, j) => logit(row, vector, j === labels[i])),
          labels[i],
        ),
      ),
    );
}
