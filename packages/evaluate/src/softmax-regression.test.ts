import { describe, expect, it } from "vitest";
import { expectClose, expectCloseScalar, finiteDifference } from "@contrastive/testing";
import { createRng } from "@contrastive/core";
import { softmaxRegression } from "./softmax-regression.js";

const dim = 3;
const classes = 4;
const l2 = 0.03;

describe.each([4, 5, 7])("with %i samples", (size) => {
  const rng = createRng(size);
  const values = new Float32Array(8 * dim);
  for (let i = 0; i < size * dim; i++) values[i] = rng.normal();
  const labels = Int32Array.from({ length: size }, () => rng.below(classes));
  const x = Float64Array.from({ length: classes * (dim + 1) }, () => rng.normal());
  const objective = softmaxRegression({ values, labels, dim, classes }, l2);

  it("is mean cross-entropy plus the penalty", () => {
    expectCloseScalar(objective(x, new Float64Array(x.length)), naive(x), { tolerance: 1e-12 });
  });

  it("has the gradient that finite differences have", () => {
    const gradient = new Float64Array(x.length).fill(NaN);
    objective(x, gradient);
    expectClose(gradient, finiteDifference(naive, x), { tolerance: 1e-8 });
  });

  function naive(at: Float64Array): number {
    let loss = 0;
    for (let i = 0; i < size; i++) {
      const logits = Array.from({ length: classes }, (_, k) => {
        let sum = at[classes * dim + k];
        for (let j = 0; j < dim; j++) sum += at[k * dim + j] * values[i * dim + j];
        return sum;
      });
      loss += Math.log(logits.reduce((sum, logit) => sum + Math.exp(logit), 0)) - logits[labels[i]];
    }
    const weights = at.subarray(0, classes * dim);
    return loss / size + (l2 / 2) * weights.reduce((sum, weight) => sum + weight ** 2, 0);
  }
});

it("stays finite at huge logits", () => {
  const objective = softmaxRegression(
    { values: Float32Array.of(1, 1, 1, 1), labels: Int32Array.of(0, 1, 0, 1), dim: 1, classes: 2 },
    0,
  );
  const gradient = new Float64Array(4);
  expect(objective(Float64Array.of(2000, 0, 0, 0), gradient)).toBe(1000);
  expectClose(gradient, [0.5, -0.5, 0.5, -0.5]);
});
