import { ContrastiveError, type LossInput } from "@contrastive/core";
import { type ContrastiveLossOutputs, contrastViews } from "@contrastive/ops";
import * as tf from "@tensorflow/tfjs-core";
import { completeOptions, type CompleteSupConOptions, type SupConOptions } from "./options.js";

/**
 * What `supCon` takes the mean of: the loss of each anchor, `[batch * views]` in the order `sample * views + view`,
 * or `[batch]` for first-view anchors; 0 for an anchor without a loss.
 *
 * Tells which samples are hard. Throws as `supCon` does. The caller owns the result.
 */
export function supConPerAnchor(
  embeddings: tf.Tensor3D,
  labels?: tf.Tensor1D,
  options: SupConOptions = {},
): tf.Tensor1D {
  return tf.tidy(() => contrast(embeddings, labels, completeOptions(options)).perAnchor);
}

/** The op's outputs, scaled by τ / baseTemperature. */
export function contrast(
  embeddings: tf.Tensor3D | undefined,
  labels: LossInput["labels"],
  options: CompleteSupConOptions,
): ContrastiveLossOutputs {
  const { temperature, baseTemperature, summation, denominator, positivesCap, anchors } = options;
  if (embeddings === undefined) {
    throw new ContrastiveError({ who: 'loss "supcon"', what: "compute needs embeddings.projection" });
  }
  const [batch, views] = embeddings.shape;
  if (labels !== undefined && (labels.rank !== 1 || labels.shape[0] !== batch)) {
    throw new ContrastiveError({
      who: 'loss "supcon"',
      what: `labels must have shape [${batch}], one a sample`,
      got: labels.shape,
    });
  }
  if (positivesCap !== "none" && positivesCap % views !== 0) {
    throw new ContrastiveError({
      who: 'loss "supcon"',
      what: `positivesCap must be a multiple of the number of views, ${views}`,
      got: positivesCap,
      fix: "All views of a sample are positives, or none",
    });
  }
  const outputs = contrastViews(
    embeddings,
    // Rank 1, as checked above.
    labels as tf.Tensor1D | undefined,
    {
      version: 1,
      temperature,
      summation,
      denominator,
      positivesCap: positivesCap === "none" ? -1 : positivesCap,
      positives: "equal-label",
    },
    anchors,
  );
  return { ...outputs, perAnchor: tf.mul(outputs.perAnchor, temperature / baseTemperature) };
}
