import { type Loss, parseOptions, type Space } from "@contrastive/core";
import { pairSums } from "@contrastive/ops";
import * as tf from "@tensorflow/tfjs-core";
import * as z from "zod";
import { type Distance, nearness } from "./distance.js";
import { pairLoss } from "./pair-loss.js";
import { ratioOfSums } from "./ratio.js";

export interface ContrastiveOptions {
  /** Positives are pulled until they are this near. Default 0, as the paper; more leaves classes some width. */
  readonly positiveMargin?: number;
  /** Negatives are pushed until they are this far. Default 1, which is 60° on unit length. */
  readonly negativeMargin?: number;
  /**
   * `"squared"`, the default and the paper's, ½ u²: the force grows with the violation and fades as a pair comes right.
   * `"linear"`, u: the same force for each pair that violates its margin.
   */
  readonly hinge?: "squared" | "linear";
  /** What the margins measure. Default `"euclidean"`, as the paper. */
  readonly distance?: Distance;
  /** Default true, for which the margins are meant; false leaves lengths free, as the paper. */
  readonly unitLength?: boolean;
  /** Default `"projection"`. */
  readonly on?: Space;
}

const schema = z.strictObject({
  positiveMargin: z.number().min(0).default(0),
  negativeMargin: z.number().min(0).default(1),
  hinge: z.enum(["squared", "linear"]).default("squared"),
  distance: z.enum(["euclidean", "squared-euclidean"]).default("euclidean"),
  unitLength: z.boolean().default(true),
  on: z.enum(["representation", "projection"]).default("projection"),
});

/**
 * The contrastive loss with margins of embeddings `[batch, views, dim]` with int32 labels `[batch]`: pairs of one label
 * come near, pairs of two go far.
 *
 *     positives u = d − positiveMargin,  negatives u = negativeMargin − d
 *     loss = mean of ½ max(0, u)² over the active positives, u > 0, + the same of the negatives
 *
 * Each kind has its own mean, so that the many negatives do not drown the positives; only pairs that violate their margin
 * count in it. Views are rows of their own: those of a sample are positives of each other.
 *
 * Metrics: `positivesPerAnchor` and `negativesPerAnchor`, how many of a row's pairs are active, on average.
 *
 * With `hinge: "linear"` it is pytorch-metric-learning's ContrastiveLoss.
 *
 * Hadsell et al. 2006, "Dimensionality Reduction by Learning an Invariant Mapping", eq. 4.
 */
export function contrastive(given: ContrastiveOptions = {}): Loss {
  const options = parseOptions("loss", "contrastive", schema, given);
  const { positiveMargin, negativeMargin, hinge, distance, unitLength } = options;
  const factor = hinge === "squared" ? 0.5 : 1;
  return pairLoss({
    name: "contrastive",
    exported: "contrastive",
    options,
    unitLength,
    compute({ x, labels }) {
      const { positives, negatives, positiveCount, negativeCount } = pairSums(x, labels, {
        version: 1,
        similarity: nearness(distance),
        sum: hinge === "squared" ? "squared-hinges" : "hinges",
        positives: { margin: -positiveMargin, scale: 1 },
        negatives: { margin: -negativeMargin, scale: 1 },
        mining: Infinity,
      });
      const [pull, push] = [ratioOfSums(positives, positiveCount), ratioOfSums(negatives, negativeCount)];
      return {
        loss: tf.mul(tf.add(pull, push), factor),
        metrics: {
          positivesPerAnchor: tf.mean<tf.Scalar>(positiveCount),
          negativesPerAnchor: tf.mean<tf.Scalar>(negativeCount),
        },
      };
    },
  });
}
