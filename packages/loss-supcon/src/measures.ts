import {
  type ContrastiveLossInputs,
  type ContrastiveLossOutputs,
  contrastStatistics,
} from "@contrastive/ops";
import * as tf from "@tensorflow/tfjs-core";
import { attributesOf } from "./contrast.js";
import { type CompleteSupConOptions, scaleOf } from "./options.js";

/** What the loss knows anyway. */
export function cheapMetrics(
  { positiveCount, positiveSimilarity }: ContrastiveLossOutputs,
  hasLoss: tf.Tensor,
): Record<string, tf.Scalar> {
  const withLoss = tf.maximum(tf.sum(hasLoss), 1);
  return {
    positivesPerAnchor: tf.mean(positiveCount),
    anchorsWithoutPositives: tf.sub(1, tf.mean(hasLoss)),
    positiveCosine: tf.div(tf.sum(positiveSimilarity), withLoss),
  };
}

/**
 * What takes another pass over all pairs. Alignment is the mean ‖z_i − z_p‖² over positives, uniformity log of the mean
 * e^{−2‖z_i − z_j‖²} over other samples (Wang and Isola 2020, arXiv 2005.10242).
 *
 * The floor is what the loss would be with all positives at cosine 1 and all negatives at −1, below which no encoder gets it;
 * of soft labels it is not known.
 */
export function costlyMetrics(
  inputs: ContrastiveLossInputs,
  { positiveSimilarity }: ContrastiveLossOutputs,
  hasLoss: tf.Tensor,
  options: CompleteSupConOptions,
): Record<string, tf.Scalar> {
  const statistics = contrastStatistics(inputs, attributesOf(inputs, options));
  const { positives, negatives, hardestNegative, others, potential } = statistics;
  const withLoss = tf.maximum(tf.sum(hasLoss), 1);
  const meanOf = (x: tf.Tensor) => tf.div<tf.Scalar>(tf.sum(tf.mul(hasLoss, x)), withLoss);
  const withNegatives = tf.maximum(tf.sum(tf.step(negatives)), 1);
  return {
    alignment: tf.sub(2, tf.mul(2, meanOf(positiveSimilarity))),
    uniformity: tf.log(tf.div(tf.sum(potential), tf.maximum(tf.sum(others), 1))),
    hardestNegativeCosine: tf.div(tf.sum(hardestNegative), withNegatives),
    ...(inputs.anchorLabels.rank === 1 && { floor: meanOf(floorOf(positives, negatives, options)) }),
  };
}

function floorOf(positives: tf.Tensor, negatives: tf.Tensor, options: CompleteSupConOptions): tf.Tensor {
  const { temperature, denominator } = options;
  const repelled = tf.mul(negatives, Math.exp(-2 / temperature));
  const sums = {
    all: () => tf.log(tf.maximum(tf.add(positives, repelled), 1)),
    "one-positive": () => tf.log1p(repelled),
    "only-negatives": () => tf.sub(tf.log(tf.maximum(negatives, 1)), 2 / temperature),
  };
  return tf.mul(sums[denominator](), scaleOf(options));
}
