import { type Loss, parseOptions, type Space } from "@contrastive/core";
import { contrastViews, stopGradient } from "@contrastive/ops";
import * as tf from "@tensorflow/tfjs-core";
import * as z from "zod";
import { pairLoss } from "./pair-loss.js";
import { ratioOfSums } from "./ratio.js";

export interface SoftNearestNeighborOptions {
  /**
   * T > 0, by which squared distances are divided. A low one makes the loss one of the nearest neighbours, whatever lies
   * farther; a high one entangles or separates whole classes. Default 0.2: on unit length that of SupCon at τ = 0.1. The
   * paper learns it along with the network.
   */
  readonly temperature?: number;
  /** Default `"projection"`. */
  readonly on?: Space;
}

const schema = z.strictObject({
  temperature: z.number().positive().default(0.2),
  on: z.enum(["representation", "projection"]).default("projection"),
});

/**
 * The soft nearest neighbour loss of embeddings `[batch, views, dim]` of unit length with int32 labels `[batch]`: the chance
 * that a neighbour, drawn the likelier the nearer it is, has the anchor's label.
 *
 *     loss = mean over anchors of −log(Σ_{p∈P} e^{−‖x − x_p‖²/T} / Σ_{j≠x} e^{−‖x − x_j‖²/T})               eq. 1
 *
 * On unit length −‖x − y‖² = 2 x·y − 2, so that it is the contrastive loss with the sum inside the logarithm (L_in of SupCon)
 * at τ = T/2, but for a constant log |P|, and streams like it. The mean is over the anchors that have a positive. Views are
 * rows of their own: those of a sample are positives of each other.
 *
 * Metric: `positiveCosine`, the mean cosine of an anchor to its positives.
 *
 * Equals pytorch-metric-learning's NCALoss(softmax_scale=1/T).
 *
 * Frosst et al. 2019, "Analyzing and Improving Representations with the Soft Nearest Neighbor Loss", arXiv 1902.01889.
 */
export function softNearestNeighbor(given: SoftNearestNeighborOptions = {}): Loss {
  const options = parseOptions("loss", "soft-nearest-neighbor", schema, given);
  return pairLoss({
    name: "soft-nearest-neighbor",
    exported: "softNearestNeighbor",
    options,
    unitLength: true,
    compute({ x, labels }) {
      const { perAnchor, positiveCount, positiveSimilarity } = contrastViews(
        tf.expandDims<tf.Tensor3D>(x, 1),
        labels,
        {
          version: 1,
          temperature: options.temperature / 2,
          summation: "inside",
          denominator: "all",
          positivesCap: -1,
          positives: "equal-label",
        },
      );
      const count = stopGradient(positiveCount);
      const hasPositives = tf.step(count);
      const constant = tf.log(tf.maximum(count, 1));
      return {
        loss: ratioOfSums(tf.sub(perAnchor, constant), hasPositives),
        metrics: { positiveCosine: ratioOfSums(positiveSimilarity, hasPositives) },
      };
    },
  });
}
