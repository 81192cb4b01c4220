import * as tf from "@tensorflow/tfjs-core";
import type { ContrastiveLossInputs } from "@contrastive/ops";
import { complaint } from "./complaint.js";
import type { CompleteSupConOptions } from "./options.js";

/** How much each anchor counts in the mean, `[anchors]`: the weight of its class, or the mean weight of its classes. */
export function anchorWeights(
  { anchorLabels }: ContrastiveLossInputs,
  { classWeights, labels }: CompleteSupConOptions,
): tf.Tensor1D {
  // Not tf.ones, which is filled on the CPU at every step.
  if (classWeights === "none") return tf.broadcastTo<tf.Rank.R1>(1, [anchorLabels.shape[0]]);
  const weights = tf.tensor1d([...classWeights]);
  if (labels === "index") return tf.gather(weights, anchorLabels as tf.Tensor1D);
  if (anchorLabels.shape[1] !== weights.size) {
    throw complaint({
      what: `classWeights must have ${anchorLabels.shape[1]} numbers, one a class`,
      got: classWeights,
    });
  }
  const perClass = tf.reshape(weights, [-1, 1]) as tf.Tensor2D;
  const sum = tf.matMul(anchorLabels as tf.Tensor2D, perClass);
  return tf.reshape(tf.divNoNan(sum, tf.sum(anchorLabels, 1, true)), [-1]);
}
