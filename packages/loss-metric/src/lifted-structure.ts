import { type Loss, parseOptions, type Space } from "@contrastive/core";
import { liftedPairs, pairSums } from "@contrastive/ops";
import * as tf from "@tensorflow/tfjs-core";
import * as z from "zod";
import { pairLoss } from "./pair-loss.js";
import { ratioOfSums } from "./ratio.js";

export interface LiftedStructureOptions {
  /**
   * α: a positive pair is content once it is about this much nearer than the nearest negatives of both its ends. Default
   * 1, the paper's. A larger one keeps more pairs active.
   */
  readonly margin?: number;
  /** Default true, for which the margin is meant; false leaves lengths free, as the paper. */
  readonly unitLength?: boolean;
  /** Default `"projection"`. */
  readonly on?: Space;
}

const schema = z.strictObject({
  margin: z.number().default(1),
  unitLength: z.boolean().default(true),
  on: z.enum(["representation", "projection"]).default("projection"),
});

/**
 * The lifted structured loss of embeddings `[batch, views, dim]` with int32 labels `[batch]`: each positive pair against all
 * negatives of both its ends.
 *
 *     J_ij = log(Σ_{n∈N_i} e^{α − d_in} + Σ_{n∈N_j} e^{α − d_jn}) + d_ij
 *     loss = mean of ½ max(0, J_ij)² over the positive pairs                                                eq. 4
 *
 * with Euclidean distances d. Views are rows of their own: those of a sample are positives of each other. A batch of one
 * class, or without a positive pair, has loss 0.
 *
 * Metric: `positivesPerAnchor`.
 *
 * Equals pytorch-metric-learning's LiftedStructureLoss(neg_margin=margin, pos_margin=0).
 *
 * Oh Song et al. 2016, "Deep Metric Learning via Lifted Structured Feature Embedding", arXiv 1511.06452.
 */
export function liftedStructure(given: LiftedStructureOptions = {}): Loss {
  const options = parseOptions("loss", "lifted-structure", schema, given);
  const { margin, unitLength } = options;
  const similarity = "negative-distance";
  return pairLoss({
    name: "lifted-structure",
    exported: "liftedStructure",
    options,
    unitLength,
    compute({ x, labels }) {
      const { negatives } = pairSums(x, labels, {
        version: 1,
        similarity,
        sum: "log-sum-exp",
        positives: { margin: 0, scale: 1 },
        negatives: { margin: -margin, scale: 1 },
        mining: Infinity,
      });
      const { sums, count } = liftedPairs(x, negatives, labels, { version: 1, similarity, margin: 0 });
      return {
        loss: tf.mul(ratioOfSums(sums, count), 0.5),
        metrics: { positivesPerAnchor: tf.mean<tf.Scalar>(count) },
      };
    },
  });
}
