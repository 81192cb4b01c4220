import { type Loss, parseOptions, type Space } from "@contrastive/core";
import { pairSums } from "@contrastive/ops";
import * as tf from "@tensorflow/tfjs-core";
import * as z from "zod";
import { pairLoss } from "./pair-loss.js";
import { ratioOfSums } from "./ratio.js";

export interface CircleOptions {
  /**
   * m in (−1, 1): positives are pulled towards a cosine of 1 − m and negatives pushed towards m, and the circle on which a
   * pair of them is at rest has radius √2 m. Default 0.4, the paper's for retrieval; 0.25, stricter, for faces.
   */
  readonly margin?: number;
  /**
   * γ > 0, how sharply the worst pairs of an anchor stand out. Default 80, the paper's for retrieval; 256 for faces. The
   * gradient grows with it: a smaller one asks for a larger learning rate.
   */
  readonly scale?: number;
  /** Default `"projection"`. */
  readonly on?: Space;
}

const schema = z.strictObject({
  margin: z.number().gt(-1).lt(1).default(0.4),
  scale: z.number().positive().default(80),
  on: z.enum(["representation", "projection"]).default("projection"),
});

/**
 * The circle loss of embeddings `[batch, views, dim]` of unit length with int32 labels `[batch]`: a pair is pulled or pushed
 * the harder, the farther it is from where it should be.
 *
 *     w_p = max(0, 1 + m − s_p),  w_n = max(0, s_n + m)                                                    eq. 5
 *     loss = mean over anchors of log(1 + Σ_n e^{γ w_n (s_n − m)} Σ_p e^{−γ w_p (s_p − (1 − m))})           eq. 6
 *
 * The weights w are constant for the gradient, as the authors derive it. The mean is over the anchors that have both
 * positives and negatives. Views are rows of their own: those of a sample are positives of each other.
 *
 * Metric: `anchorsWithPairs`, the share of these anchors.
 *
 * Equals pytorch-metric-learning's CircleLoss(m, gamma).
 *
 * Sun et al. 2020, "Circle Loss: A Unified Perspective of Pair Similarity Optimization", arXiv 2002.10857.
 */
export function circle(given: CircleOptions = {}): Loss {
  const options = parseOptions("loss", "circle", schema, given);
  const { margin, scale } = options;
  return pairLoss({
    name: "circle",
    exported: "circle",
    options,
    unitLength: true,
    compute({ x, labels }) {
      const { positives, negatives, positiveCount, negativeCount } = pairSums(x, labels, {
        version: 1,
        similarity: "product",
        sum: "log-sum-exp",
        positives: { margin: 1 - margin, scale, pivot: 1 + margin },
        negatives: { margin, scale, pivot: -margin },
        mining: Infinity,
      });
      const withPairs = tf.mul(tf.step(positiveCount), tf.step(negativeCount));
      return {
        // The logarithm of nothing is so low that a row without pairs has a loss of 0.
        loss: ratioOfSums(tf.softplus(tf.add(positives, negatives)), withPairs),
        metrics: { anchorsWithPairs: tf.mean<tf.Scalar>(withPairs) },
      };
    },
  });
}
