import * as tf from "@tensorflow/tfjs-core";
import {
  type ContrastiveLossAttributes,
  type ContrastiveLossOutputs,
  contrastiveLoss,
} from "./contrastive-loss.js";

/**
 * The contrastive loss of a batch's views against one another: `embeddings` `[batch, views, dim]`, and int32
 * `labels` `[batch]`, without which each sample is a class of its own.
 *
 * Anchors are all views, in the order `sample * views + view`, or the first view of each sample.
 */
export function contrastViews(
  embeddings: tf.Tensor3D,
  labels: tf.Tensor1D | undefined,
  attributes: ContrastiveLossAttributes,
  anchors: "all-views" | "first-view" = "all-views",
): ContrastiveLossOutputs {
  return tf.tidy(() => {
    const [batch, views, dim] = embeddings.shape;
    const contrasts = tf.reshape<tf.Rank.R2>(embeddings, [batch * views, dim]);
    const samples = tf.range(0, batch, 1, "int32");
    const all = {
      contrasts,
      contrastIds: tf.range(0, batch * views, 1, "int32"),
      contrastSamples: perView(samples, views),
      contrastLabels: perView(labels ?? samples, views),
    };
    if (anchors === "all-views") {
      const { contrastIds: anchorIds, contrastSamples: anchorSamples, contrastLabels: anchorLabels } = all;
      return contrastiveLoss(
        { ...all, anchors: contrasts, anchorIds, anchorSamples, anchorLabels },
        attributes,
      );
    }
    return contrastiveLoss(
      {
        ...all,
        anchors: tf.reshape(tf.slice(embeddings, [0, 0, 0], [batch, 1, dim]), [batch, dim]),
        anchorIds: tf.range(0, batch * views, views, "int32"),
        anchorSamples: samples,
        anchorLabels: labels ?? samples,
      },
      attributes,
    );
  });
}

function perView(x: tf.Tensor1D, views: number): tf.Tensor1D {
  return tf.reshape(tf.tile(tf.reshape(x, [-1, 1]), [1, views]), [-1]);
}
