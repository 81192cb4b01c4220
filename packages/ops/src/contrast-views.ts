import * as tf from "@tensorflow/tfjs-core";
import {
  type ContrastiveLossAttributes,
  type ContrastiveLossInputs,
  type ContrastiveLossOutputs,
  contrastiveLoss,
} from "./contrastive-loss.js";

/** Which views of a sample take the anchor's place. */
export type AnchorViews = "all-views" | "first-view";

/**
 * The contrastive loss of a batch's views against one another: `embeddings` `[batch, views, dim]`, and labels of samples,
 * int32 `[batch]` or float32 `[batch, classes]` as `attributes.positives` says, without which each sample is a class of its
 * own.
 *
 * Anchors are all views, in the order `sample * views + view`, or the first view of each sample.
 */
export function contrastViews(
  embeddings: tf.Tensor3D,
  labels: tf.Tensor1D | tf.Tensor2D | undefined,
  attributes: ContrastiveLossAttributes,
  anchors: AnchorViews = "all-views",
): ContrastiveLossOutputs {
  return tf.tidy(() => contrastiveLoss(viewsAsInputs(embeddings, labels, anchors), attributes));
}

/** What `contrastViews` gives to `contrastiveLoss`: ids number the views, samples the samples, both from 0. */
export function viewsAsInputs(
  embeddings: tf.Tensor3D,
  labels: tf.Tensor1D | tf.Tensor2D | undefined,
  anchors: AnchorViews = "all-views",
): ContrastiveLossInputs {
  return tf.tidy(() => {
    const [batch, views, dim] = embeddings.shape;
    const contrasts = tf.reshape<tf.Rank.R2>(embeddings, [batch * views, dim]);
    const samples = tf.range(0, batch, 1, "int32");
    const all = {
      contrasts,
      contrastIds: tf.range(0, batch * views, 1, "int32"),
      contrastSamples: repeatRows(samples, views),
      contrastLabels: repeatRows(labels ?? samples, views),
    };
    if (anchors === "all-views") {
      const { contrastIds: anchorIds, contrastSamples: anchorSamples, contrastLabels: anchorLabels } = all;
      return { ...all, anchors: contrasts, anchorIds, anchorSamples, anchorLabels };
    }
    return {
      ...all,
      anchors: tf.reshape<tf.Rank.R2>(tf.slice(embeddings, [0, 0, 0], [batch, 1, dim]), [batch, dim]),
      anchorIds: tf.range(0, batch * views, views, "int32"),
      anchorSamples: samples,
      anchorLabels: labels ?? samples,
    };
  });
}

/** `[batch, …]` with each row `times` times, one after the other: labels of samples as labels of their views. */
export function repeatRows<T extends tf.Tensor>(x: T, times: number): T {
  const [batch, ...rest] = x.shape;
  const repeated = tf.tile(tf.reshape(x, [batch, 1, ...rest]), [1, times, ...rest.map(() => 1)]);
  return tf.reshape(repeated, [batch * times, ...rest]) as T;
}
