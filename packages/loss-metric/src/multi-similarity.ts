import { type Loss, parseOptions, type Space } from "@contrastive/core";
import { pairSums } from "@contrastive/ops";
import * as tf from "@tensorflow/tfjs-core";
import * as z from "zod";
import { pairLoss } from "./pair-loss.js";

export interface MultiSimilarityOptions {
  /** α > 0, how sharply the farthest positives stand out. Default 2, as the paper: gently, all of them are pulled. */
  readonly positiveScale?: number;
  /** β > 0, how sharply the nearest negatives stand out. Default 50, as the paper: the gradient goes to a few. */
  readonly negativeScale?: number;
  /**
   * λ, the cosine that positives should exceed and negatives stay below. Default 0.5, the authors' code; a larger one pulls
   * positives for longer and pushes fewer negatives.
   */
  readonly threshold?: number;
  /**
   * ε of the paper's mining, default 0.1 as there: positives count only if less than ε more similar to the anchor than its
   * most similar negative, negatives only if less than ε less similar than its least similar positive. A larger one keeps
   * more pairs. `"none"`: all pairs count.
   */
  readonly mining?: number | "none";
  /** Default `"projection"`. */
  readonly on?: Space;
}

const schema = z.strictObject({
  positiveScale: z.number().positive().default(2),
  negativeScale: z.number().positive().default(50),
  threshold: z.number().min(-1).max(1).default(0.5),
  mining: z.union([z.number(), z.literal("none")]).default(0.1),
  on: z.enum(["representation", "projection"]).default("projection"),
});

/**
 * The multi-similarity loss of embeddings `[batch, views, dim]` of unit length with int32 labels `[batch]`: each pair weighs by
 * its own cosine, by those of the anchor's other pairs of its kind, and, through mining, by those of the other kind.
 *
 *     loss = mean over anchors of 1/α log(1 + Σ_p e^{−α (s_p − λ)}) + 1/β log(1 + Σ_n e^{β (s_n − λ)})    eq. 15
 *
 * with the positives and negatives that mining keeps (eq. 11 and 12). Views are rows of their own: those of a sample are
 * positives of each other.
 *
 * Metrics: `positivesPerAnchor` and `negativesPerAnchor`, how many mining keeps.
 *
 * Equals pytorch-metric-learning's MultiSimilarityLoss, with its MultiSimilarityMiner(epsilon) unless mining is `"none"`.
 *
 * Wang et al. 2019, "Multi-Similarity Loss with General Pair Weighting for Deep Metric Learning", arXiv 1904.06627.
 */
export function multiSimilarity(given: MultiSimilarityOptions = {}): Loss {
  const options = parseOptions("loss", "multi-similarity", schema, given);
  const { positiveScale, negativeScale, threshold, mining } = options;
  return pairLoss({
    name: "multi-similarity",
    exported: "multiSimilarity",
    options,
    unitLength: true,
    compute({ x, labels }) {
      const { positives, negatives, positiveCount, negativeCount } = pairSums(x, labels, {
        version: 1,
        similarity: "product",
        sum: "log-sum-exp",
        positives: { margin: threshold, scale: positiveScale },
        negatives: { margin: threshold, scale: negativeScale },
        mining: mining === "none" ? Infinity : mining,
      });
      // log(1 + e^l) of the logarithm l of a sum is that of 1 + the sum.
      const pull = tf.div(tf.softplus(positives), positiveScale);
      const push = tf.div(tf.softplus(negatives), negativeScale);
      return {
        loss: tf.mean<tf.Scalar>(tf.add(pull, push)),
        metrics: {
          positivesPerAnchor: tf.mean<tf.Scalar>(positiveCount),
          negativesPerAnchor: tf.mean<tf.Scalar>(negativeCount),
        },
      };
    },
  });
}
