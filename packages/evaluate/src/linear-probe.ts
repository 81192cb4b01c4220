import { parseOptions } from "@contrastive/core";
import * as z from "zod";
import { breather } from "./breathe.js";
import { chooseL2 } from "./choose-l2.js";
import { checkData, type EvaluationData } from "./check.js";
import type { Features } from "./features.js";
import { minimise } from "./lbfgs.js";
import { type Score, scorePredictions } from "./score.js";
import { softmaxRegression } from "./softmax-regression.js";

export interface LinearProbeOptions {
  /**
   * Weight of ‖W‖² / 2 beside the mean cross-entropy, on standardised features; scikit-learn's `1 / (C · n)`.
   * Default `"auto"`: the one that does best on a held-out fifth of the training set, so that features of any width
   * get their due; the test set has no part in it.
   */
  readonly l2?: number | "auto";
  /** Converged when no component of the gradient is larger. Default 1e-4, as in scikit-learn. */
  readonly tolerance?: number;
  /** Default 500. */
  readonly maxIterations?: number;
  readonly signal?: AbortSignal;
}

/** A linear classifier on frozen features, and its score on the test set. */
export interface LinearProbe extends Score {
  readonly trainAccuracy: number;
  /** By true class, on the test set. */
  readonly perClass: readonly Score[];
  /** For each test sample. */
  readonly predictions: Int32Array;
  /** The objective at the end. */
  readonly loss: number;
  /** As given, or as chosen. */
  readonly l2: number;
  readonly iterations: number;
  readonly gradientNorm: number;
  readonly converged: boolean;
  /** `[classes, dim]`, for features as they are: the standardisation is folded in. */
  readonly weight: Float64Array;
  /** `[classes]` */
  readonly bias: Float64Array;
  /** The class of each row of `[n, dim]`. */
  predict(values: Float32Array): Int32Array;
}

const schema = z.strictObject({
  l2: z.union([z.number().positive(), z.literal("auto")]).default("auto"),
  tolerance: z.number().positive().default(1e-4),
  maxIterations: z.int().positive().default(500),
});

/**
 * Fits multinomial logistic regression on frozen training features and scores it on the test features.
 *
 * Features are standardised by the training set's mean and deviation, and the fit is full-batch L-BFGS in float64:
 * the same features give the same accuracy, whatever the backend and the seed.
 *
 * Throws a `ContrastiveError` if the sets do not fit each other, a value is not finite or a class has no sample.
 */
export async function linearProbe(
  data: EvaluationData,
  { signal, ...given }: LinearProbeOptions = {},
): Promise<LinearProbe> {
  const options = parseOptions("evaluation", "linearProbe", schema, given);
  checkData("linear probe", data);
  const { train, test, classes } = data;
  const { dim, labels } = train;
  const { mean, scale } = statistics(train);
  const regression = { values: standardise(train, mean, scale), labels, dim, classes };
  const pause = breather(signal);
  const l2 = options.l2 === "auto" ? await chooseL2(regression, pause) : options.l2;
  const fit = await minimise(softmaxRegression(regression, l2), new Float64Array(classes * (dim + 1)), {
    tolerance: options.tolerance,
    maxIterations: options.maxIterations,
    pause,
  });
  const weight = fit.x.slice(0, classes * dim).map((value, i) => value * scale[i % dim]);
  const bias = fit.x.slice(classes * dim);
  for (let i = 0; i < weight.length; i++) bias[Math.floor(i / dim)] -= weight[i] * mean[i % dim];
  const predict = (rows: Float32Array) => classify(rows, weight, bias);
  const predictions = predict(test.values);
  return {
    ...scorePredictions(predictions, test.labels, classes),
    trainAccuracy: scorePredictions(predict(train.values), labels, classes).accuracy,
    predictions,
    loss: fit.value,
    l2,
    iterations: fit.iterations,
    gradientNorm: fit.gradientNorm,
    converged: fit.converged,
    weight,
    bias,
    predict,
  };
}

/** Each column's mean and the inverse of its deviation; a constant column gets 0, and so no say. */
function statistics({ values, size, dim }: Features): { mean: Float64Array; scale: Float64Array } {
  const mean = new Float64Array(dim);
  const variance = new Float64Array(dim);
  for (let i = 0; i < values.length; i++) mean[i % dim] += values[i] / size;
  for (let i = 0; i < values.length; i++) variance[i % dim] += (values[i] - mean[i % dim]) ** 2 / size;
  const scale = variance.map((value, j) => {
    const deviation = Math.sqrt(value);
    // Below the resolution of float32 a deviation is rounding, and scaling it up would make it a feature.
    return deviation <= 1e-6 * Math.abs(mean[j]) ? 0 : 1 / deviation;
  });
  return { mean, scale };
}

/** `[rows, dim]`, with rows of zeros up to a multiple of four. */
function standardise({ values, size, dim }: Features, mean: Float64Array, scale: Float64Array): Float32Array {
  const result = new Float32Array(Math.ceil(size / 4) * 4 * dim);
  for (let i = 0; i < values.length; i++) result[i] = (values[i] - mean[i % dim]) * scale[i % dim];
  return result;
}

function classify(values: Float32Array, weight: Float64Array, bias: Float64Array): Int32Array {
  const dim = weight.length / bias.length;
  return Int32Array.from({ length: values.length / dim }, (_, row) => {
    let best = 0;
    let most = -Infinity;
    for (let k = 0; k < bias.length; k++) {
      let sum = bias[k];
      for (let j = 0; j < dim; j++) sum += weight[k * dim + j] * values[row * dim + j];
      if (sum > most) [best, most] = [k, sum];
    }
    return best;
  });
}
