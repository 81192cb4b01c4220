import type { Loss } from "@contrastive/core";
import * as tf from "@tensorflow/tfjs-core";
import { checkLabels } from "./check-labels.js";
import { contrast } from "./contrast.js";
import { completeOptions, type CompleteSupConOptions, type SupConOptions } from "./options.js";

/**
 * The supervised contrastive loss of projections `[batch, views, dim]` of unit length with int32 labels `[batch]`:
 * views of one class attract each other, all others repel. Without labels each sample is a class of its own.
 *
 * One view is enough, but then a sample's positives are other samples only. With `withoutPositives: "error"`,
 * `checkBatch` throws for a batch in which an anchor would have no loss; `compute`, which can't look at values,
 * gives a loss that is not finite.
 *
 * Metrics: `positivesPerAnchor`, the mean number after the cap; `anchorsWithoutPositives`, the share of anchors
 * without a loss; `positiveCosine`, the mean cosine of an anchor to its positives.
 *
 * Throws for an option that is wrong or unknown, and, in `compute`, for a cap that is no multiple of the views.
 *
 * Khosla et al. 2020, "Supervised Contrastive Learning", arXiv 2004.11362.
 */
export function supCon(given: SupConOptions = {}): Loss {
  const options = completeOptions(given);
  return {
    name: "supcon",
    options: { ...options },
    source: { module: "@contrastive/loss-supcon", export: "supCon" },
    needs: { labels: "index", views: 1, on: ["projection"], unitLength: true, targets: false },
    ...(options.withoutPositives === "error" && {
      checkBatch: (labels: Int32Array | undefined, views: number) => checkLabels(labels, views, options),
    }),
    compute: ({ embeddings, labels }) =>
      tf.tidy(() => {
        const anchors = contrast(embeddings.projection, labels, options);
        const { perAnchor, positiveCount, positiveSimilarity } = anchors;
        // A step and not a comparison: it lies between the embeddings and the loss, and a comparison has no gradient.
        const hasLoss = tf.step(positiveCount);
        const withLoss = tf.maximum(tf.sum(hasLoss), 1);
        return {
          loss: tf.div<tf.Scalar>(tf.sum(perAnchor), divisor(hasLoss, withLoss, options)),
          metrics: {
            positivesPerAnchor: tf.mean<tf.Scalar>(positiveCount),
            anchorsWithoutPositives: tf.sub<tf.Scalar>(1, tf.mean(hasLoss)),
            positiveCosine: tf.div<tf.Scalar>(tf.sum(positiveSimilarity), withLoss),
          },
        };
      }),
  };
}

/** What the sum over anchors is divided by. */
function divisor(
  hasLoss: tf.Tensor,
  withLoss: tf.Tensor,
  { withoutPositives }: CompleteSupConOptions,
): tf.Tensor | number {
  switch (withoutPositives) {
    case "skip":
      return withLoss;
    case "zero":
      return hasLoss.size;
    case "error":
      return tf.mul(hasLoss.size, tf.min(hasLoss));
  }
}
