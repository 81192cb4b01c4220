import * as tf from "@tensorflow/tfjs-core";
import type { ContrastiveLossAttributes, ContrastiveLossInputs } from "@contrastive/ops";
import { seededValues } from "../seeded-weights.js";

/** The inputs as plain arrays; rows have `dim` elements. */
export interface Problem {
  readonly dim: number;
  readonly anchors: Float32Array;
  readonly contrasts: Float32Array;
  readonly anchorIds: readonly number[];
  readonly contrastIds: readonly number[];
  readonly anchorSamples: readonly number[];
  readonly contrastSamples: readonly number[];
  readonly anchorLabels: readonly number[];
  readonly contrastLabels: readonly number[];
}

export const defaults: ContrastiveLossAttributes = {
  version: 1,
  temperature: 0.3,
  summation: "outside",
  denominator: "all",
  positivesCap: -1,
  positives: "equal-label",
};

/** The definition, pair by pair, and its gradient for Σ weights · perAnchor. */
export function inLoops(problem: Problem, attributes: ContrastiveLossAttributes, weights: ArrayLike<number>) {
  const { dim, anchors, contrasts } = problem;
  const { temperature, summation, denominator, positivesCap } = attributes;
  const result = {
    perAnchor: [] as number[],
    positiveCount: [] as number[],
    positiveSimilarity: [] as number[],
    dAnchors: new Float64Array(anchors.length),
    dContrasts: new Float64Array(contrasts.length),
  };
  problem.anchorIds.forEach((id, i) => {
    const positives: number[] = [];
    const negatives: number[] = [];
    let others = 0;
    problem.contrastIds.forEach((contrastId, j) => {
      if (id === contrastId || contrastId === -1) return;
      if (problem.anchorLabels[i] !== problem.contrastLabels[j]) negatives.push(j);
      else if (problem.anchorSamples[i] === problem.contrastSamples[j]) positives.push(j);
      else if (positivesCap < 0 || others < positivesCap) {
        positives.push(j);
        others++;
      }
    });
    if (positives.length === 0 || (denominator === "only-negatives" && negatives.length === 0)) {
      for (const list of [result.perAnchor, result.positiveCount, result.positiveSimilarity]) list.push(0);
      return;
    }
    const similarity = (j: number) => {
      let sum = 0;
      for (let k = 0; k < dim; k++) sum += anchors[i * dim + k] * contrasts[j * dim + k];
      return sum;
    };
    const counted = [...positives, ...negatives];
    const s = new Float64Array(problem.contrastIds.length).fill(Number.NaN);
    for (const j of counted) s[j] = similarity(j) / temperature;
    const at = (j: number) => s[j];
    const summed = (p: number) => {
      if (denominator === "all") return counted;
      return denominator === "one-positive" ? [p, ...negatives] : negatives;
    };
    const logDenominatorOf = (p: number) => logSumExp(summed(p).map(at));
    const logDenominators =
      denominator === "one-positive"
        ? positives.map(logDenominatorOf)
        : // The same for all.
          Array<number>(positives.length).fill(logDenominatorOf(-1));
    const logRatios = positives.map((p, k) => at(p) - logDenominators[k]);
    const logPositives = logSumExp(logRatios);
    const meanRatio = logRatios.reduce((a, b) => a + b, 0) / positives.length;
    result.perAnchor.push(summation === "outside" ? -meanRatio : Math.log(positives.length) - logPositives);
    result.positiveCount.push(positives.length);
    const total = positives.reduce((sum, p) => sum + at(p), 0);
    result.positiveSimilarity.push((total * temperature) / positives.length);

    // ∂loss/∂s_j = −Σ_p q_p ∂log r_p/∂s_j
    const gradient = new Float64Array(s.length);
    positives.forEach((p, k) => {
      const q = summation === "outside" ? 1 / positives.length : Math.exp(logRatios[k] - logPositives);
      gradient[p] -= q;
      for (const j of summed(p)) gradient[j] += q * Math.exp(at(j) - logDenominators[k]);
    });
    for (const j of counted) {
      const g = (weights[i] * gradient[j]) / temperature;
      for (let k = 0; k < dim; k++) {
        result.dAnchors[i * dim + k] += g * contrasts[j * dim + k];
        result.dContrasts[j * dim + k] += g * anchors[i * dim + k];
      }
    }
  });
  return result;
}

function logSumExp(x: readonly number[]): number {
  const largest = x.reduce((a, b) => Math.max(a, b), -Infinity);
  return x.length === 0
    ? -Infinity
    : largest + Math.log(x.reduce((sum, v) => sum + Math.exp(v - largest), 0));
}

interface Sizes {
  readonly rows: number;
  readonly dim: number;
  readonly classes: number;
}

/** Views of samples against one another. */
export function batch({ rows, views, dim, classes }: Sizes & { readonly views: number }): Problem {
  const x = unitRows("x", rows, dim);
  const ids = Array.from({ length: rows }, (_, i) => i);
  const samples = ids.map((i) => Math.floor(i / views));
  const labels = samples.map((sample) => (11 * sample + Math.floor(sample / classes)) % classes);
  return {
    dim,
    anchors: x,
    contrasts: x,
    anchorIds: ids,
    contrastIds: ids,
    anchorSamples: samples,
    contrastSamples: samples,
    anchorLabels: labels,
    contrastLabels: labels,
  };
}

/** Of each sample the first view is an anchor. */
export function firstViews(problem: Problem, views: number): Problem {
  const first = (_: unknown, i: number) => i % views === 0;
  return {
    ...problem,
    anchors: problem.anchors.filter((_, i) => Math.floor(i / problem.dim) % views === 0),
    anchorIds: problem.anchorIds.filter(first),
    anchorSamples: problem.anchorSamples.filter(first),
    anchorLabels: problem.anchorLabels.filter(first),
  };
}

/** Queries against their keys and older ones. */
export function queue({ rows, queued, dim, classes }: Sizes & { readonly queued: number }): Problem {
  const keys = queued === 0 ? Math.ceil(rows / 3) : rows + queued;
  const { anchorIds, anchorSamples, anchorLabels } = batch({ rows, views: 1, dim, classes });
  const contrasts = batch({ rows: keys, views: 1, dim, classes });
  return {
    dim,
    anchors: unitRows("queries", rows, dim),
    contrasts: contrasts.contrasts,
    anchorIds,
    contrastIds: contrasts.contrastIds.map((id) => id + rows),
    anchorSamples,
    contrastSamples: contrasts.contrastSamples,
    anchorLabels,
    contrastLabels: contrasts.contrastLabels,
  };
}

/** Every third contrast is absent. */
export function emptied(problem: Problem): Problem {
  return { ...problem, contrastIds: problem.contrastIds.map((id, i) => (i % 3 === 1 ? -1 : id)) };
}

function unitRows(name: string, n: number, dim: number): Float32Array {
  const x = seededValues(name, n * dim);
  for (let i = 0; i < n; i++) {
    const row = x.subarray(i * dim, (i + 1) * dim);
    row.set(row.map((v) => v / Math.hypot(...row)));
  }
  return x;
}

export function tensors(problem: Problem): ContrastiveLossInputs {
  const rows = (x: Float32Array) => tf.tensor2d(x, [x.length / problem.dim, problem.dim]);
  return {
    anchors: rows(problem.anchors),
    contrasts: rows(problem.contrasts),
    anchorIds: integers(problem.anchorIds),
    contrastIds: integers(problem.contrastIds),
    anchorSamples: integers(problem.anchorSamples),
    contrastSamples: integers(problem.contrastSamples),
    anchorLabels: integers(problem.anchorLabels),
    contrastLabels: integers(problem.contrastLabels),
  };
}

function integers(x: readonly number[]): tf.Tensor1D {
  return tf.tensor1d([...x], "int32");
}

/** Other integers, equal where `x` is, at both ends of int32. */
export function spread(x: readonly number[]): number[] {
  return x.map((v) => (v % 2 === 0 ? 2 ** 31 - 1 - v : v - 2 ** 31));
}
