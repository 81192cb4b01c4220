import type { LossInput } from "@contrastive/core";
import {
  type ContrastiveLossAttributes,
  type ContrastiveLossInputs,
  type ContrastiveLossOutputs,
  contrastiveLoss,
  viewsAsInputs,
} from "@contrastive/ops";
import * as tf from "@tensorflow/tfjs-core";
import { complaint } from "./complaint.js";
import { withMemory } from "./memory.js";
import { completeOptions, type CompleteSupConOptions, scaleOf, type SupConOptions } from "./options.js";

/**
 * What `supCon` takes the mean of: the loss of each anchor, `[batch * views]` in the order `sample * views + view`,
 * or `[batch]` for first-view anchors; 0 for an anchor without a loss. Class weights play no part.
 *
 * Tells which samples are hard. Throws as `supCon` does, and for a memory, which it has not. The caller owns the result.
 */
export function supConPerAnchor(
  embeddings: tf.Tensor3D,
  labels?: tf.Tensor1D | tf.Tensor2D,
  options: SupConOptions = {},
): tf.Tensor1D {
  const complete = completeOptions(options);
  if (complete.memory !== "none") {
    throw complaint({ what: "supConPerAnchor has no memory, memory must be none", got: complete.memory });
  }
  return tf.tidy(() => contrast(contrastInputs({ labels }, embeddings, complete), complete).perAnchor);
}

/** What the batch's anchors are compared with: its views, and the memory if there is one. */
export function contrastInputs(
  input: Pick<LossInput, "labels"> & Partial<Pick<LossInput, "buffers" | "step">>,
  embeddings: tf.Tensor3D,
  options: CompleteSupConOptions,
): ContrastiveLossInputs {
  checkShapes(embeddings, input.labels, options);
  const views = viewsAsInputs(embeddings, input.labels, options.anchors);
  return withMemory(views, input, options);
}

/** The op's outputs, scaled by τ / baseTemperature. */
export function contrast(
  inputs: ContrastiveLossInputs,
  options: CompleteSupConOptions,
): ContrastiveLossOutputs {
  const outputs = contrastiveLoss(inputs, attributesOf(inputs, options));
  return {
    ...outputs,
    perAnchor: tf.mul(outputs.perAnchor, scaleOf(options)),
  };
}

export function attributesOf(
  { anchorLabels }: ContrastiveLossInputs,
  { temperature, summation, denominator, positivesCap }: CompleteSupConOptions,
): ContrastiveLossAttributes {
  return {
    version: 1,
    temperature,
    summation,
    denominator,
    positivesCap: positivesCap === "none" ? -1 : positivesCap,
    // Without labels, those of samples are indices.
    positives: anchorLabels.rank === 2 ? "overlap" : "equal-label",
  };
}

function checkShapes(
  { shape: [batch, views] }: tf.Tensor3D,
  given: LossInput["labels"],
  { labels, positivesCap }: CompleteSupConOptions,
): void {
  const rank = labels === "soft" ? 2 : 1;
  if (given !== undefined && (given.rank !== rank || given.shape[0] !== batch)) {
    throw complaint({
      what: `labels must have shape ${rank === 2 ? `[${batch}, classes]` : `[${batch}]`}, one a sample`,
      got: given.shape,
      ...(given.rank === 3 - rank && { fix: `Use labels: "${rank === 2 ? "index" : "soft"}"` }),
    });
  }
  if (positivesCap !== "none" && positivesCap % views !== 0) {
    throw complaint({
      what: `positivesCap must be a multiple of the number of views, ${views}`,
      got: positivesCap,
      fix: "All views of a sample are positives, or none",
    });
  }
}
