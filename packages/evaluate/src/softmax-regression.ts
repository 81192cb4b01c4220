import type { Objective } from "./lbfgs.js";

export interface RegressionData {
  /** `[rows, dim]` with `rows` a multiple of 4; rows from `labels.length` on are padding. */
  readonly values: Float32Array;
  readonly labels: Int32Array;
  readonly dim: number;
  readonly classes: number;
}

/**
 * The objective of multinomial logistic regression: mean cross-entropy + l2 / 2 · ‖W‖², the bias left free.
 *
 * Its argument is W `[classes, dim]` and then the bias `[classes]`. Sums are in float64.
 */
export function softmaxRegression({ values, labels, dim, classes }: RegressionData, l2: number): Objective {
  const size = labels.length;
  const biasAt = classes * dim;
  // Logits, and then the gradient with respect to them, of four samples.
  const logits = new Float64Array(4 * classes);
  return (x, gradient) => {
    gradient.fill(0);
    let loss = 0;
    for (let start = 0; start < size; start += 4) {
      project(values, start * dim, x, dim, classes, logits);
      for (let row = 0; row < 4; row++) {
        const label = start + row < size ? labels[start + row] : undefined;
        loss += crossEntropy(logits, row * classes, classes, label, size);
      }
      project4Back(values, start * dim, logits, dim, classes, gradient);
    }
    let norm = 0;
    for (let i = 0; i < biasAt; i++) {
      norm += x[i] ** 2;
      gradient[i] += l2 * x[i];
    }
    return loss / size + (l2 / 2) * norm;
  };
}

/** logits = values Wᵀ + bias for four rows at a time: each weight is loaded once for four products. */
function project(
  values: Float32Array,
  at: number,
  x: Float64Array,
  dim: number,
  classes: number,
  logits: Float64Array,
): void {
  const row1 = at + dim;
  const row2 = row1 + dim;
  const row3 = row2 + dim;
  for (let k = 0; k < classes; k++) {
    const weights = k * dim;
    const bias = x[classes * dim + k];
    let sum0 = bias;
    let sum1 = bias;
    let sum2 = bias;
    let sum3 = bias;
    for (let j = 0; j < dim; j++) {
      const weight = x[weights + j];
      sum0 += values[at + j] * weight;
      sum1 += values[row1 + j] * weight;
      sum2 += values[row2 + j] * weight;
      sum3 += values[row3 + j] * weight;
    }
    logits[k] = sum0;
    logits[classes + k] = sum1;
    logits[2 * classes + k] = sum2;
    logits[3 * classes + k] = sum3;
  }
}

/** gradient += residualsᵀ values for four rows: each component is loaded and stored once for four products. */
function project4Back(
  values: Float32Array,
  at: number,
  residuals: Float64Array,
  dim: number,
  classes: number,
  gradient: Float64Array,
): void {
  const row1 = at + dim;
  const row2 = row1 + dim;
  const row3 = row2 + dim;
  for (let k = 0; k < classes; k++) {
    const residual0 = residuals[k];
    const residual1 = residuals[classes + k];
    const residual2 = residuals[2 * classes + k];
    const residual3 = residuals[3 * classes + k];
    const weights = k * dim;
    for (let j = 0; j < dim; j++) {
      gradient[weights + j] +=
        values[at + j] * residual0 +
        values[row1 + j] * residual1 +
        values[row2 + j] * residual2 +
        values[row3 + j] * residual3;
    }
    gradient[classes * dim + k] += residual0 + residual1 + residual2 + residual3;
  }
}

/** How a classifier `x`, laid out as the objective's argument, does: mean cross-entropy and right answers. */
export function assess(
  { values, labels, dim, classes }: RegressionData,
  x: Float64Array,
): { loss: number; correct: number } {
  const logits = new Float64Array(4 * classes);
  let loss = 0;
  let correct = 0;
  for (let start = 0; start < labels.length; start += 4) {
    project(values, start * dim, x, dim, classes, logits);
    for (let row = 0; row < Math.min(4, labels.length - start); row++) {
      const label = labels[start + row];
      const own = logits[row * classes + label];
      if (logits.subarray(row * classes, (row + 1) * classes).every((logit) => logit <= own)) correct++;
      loss += crossEntropy(logits, row * classes, classes, label, labels.length);
    }
  }
  return { loss: loss / labels.length, correct };
}

/** Replaces a row of logits by (softmax − one-hot) / size, and returns its cross-entropy; a padding row counts 0. */
function crossEntropy(
  logits: Float64Array,
  at: number,
  classes: number,
  label: number | undefined,
  size: number,
): number {
  if (label === undefined) {
    logits.fill(0, at, at + classes);
    return 0;
  }
  let most = -Infinity;
  for (let k = 0; k < classes; k++) most = Math.max(most, logits[at + k]);
  const own = logits[at + label] - most;
  let sum = 0;
  for (let k = 0; k < classes; k++) {
    const exponential = Math.exp(logits[at + k] - most);
    logits[at + k] = exponential;
    sum += exponential;
  }
  for (let k = 0; k < classes; k++) logits[at + k] /= sum * size;
  logits[at + label] -= 1 / size;
  return Math.log(sum) - own;
}
