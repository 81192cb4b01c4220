import { type Loss, parseOptions, type Space } from "@contrastive/core";
import * as tf from "@tensorflow/tfjs-core";
import * as z from "zod";
import { classLoss } from "./class-loss.js";
import { classCrossEntropy } from "./class-cross-entropy.js";
import { atTarget, classMetrics, scaledCosines } from "./class-scores.js";

export interface CosFaceOptions {
  /**
   * m in [0, 1), default 0.35, as the paper's. A row's cosine to its class must exceed all others by it. Every row is pulled
   * as if it were this much further away, so that those which are right already go on moving; too large a margin for the
   * number of classes can't be met, and hinders learning. 0 is the softmax of scaled cosines.
   */
  readonly margin?: number;
  /**
   * s > 0, default 64, as the paper's. It sharpens the softmax as 1/temperature does: the larger, the more the gradient comes
   * from rows near the border between classes, and the nearer the loss gets to 0. Few classes need less (16 to 30).
   */
  readonly scale?: number;
  /** What the loss is on; default `"representation"`. */
  readonly on?: Space;
}

const schema = z.strictObject({
  margin: z.number().min(0).lt(1).default(0.35),
  scale: z.number().positive().default(64),
  on: z.enum(["representation", "projection"]).default("representation"),
});

/**
 * CosFace, the large margin cosine loss of embeddings `[batch, views, dim]` of unit length with int32 labels `[batch]`: a
 * classifier of cosines whose target must win by a margin.
 *
 *     loss = mean −log( e^{s (cos θ_y − m)} / (e^{s (cos θ_y − m)} + Σ_{j≠y} e^{s cos θ_j}) )        eq. 4
 *
 * Its weights are `classVectors` `[classes, dim]`, of which only the direction counts.
 *
 * Metrics: `accuracy`, without the margin; `targetCosine`, the mean cosine of a view to its class's vector.
 *
 * Throws for an option that is wrong or unknown, in `init` for fewer than two classes, in `checkBatch` for labels that are
 * missing or out of range, and in `compute` without labels or weights.
 *
 * Wang et al. 2018, "CosFace: Large Margin Cosine Loss for Deep Face Recognition", arXiv 1801.09414.
 */
export function cosFace(given: CosFaceOptions = {}): Loss {
  const options = parseOptions("loss", "cos-face", schema, given);
  const { margin, scale } = options;
  return classLoss({
    name: "cos-face",
    exported: "cosFace",
    options,
    unitLength: true,
    vectors: { name: "classVectors" },
    compute({ x, vectors, target }) {
      const products = scaledCosines(x, vectors, scale);
      const own = atTarget(products, target);
      return {
        loss: classCrossEntropy(tf.sub(products, tf.mul(target, scale * margin)), target),
        metrics: classMetrics(products, own, tf.div(own, scale)),
      };
    },
  });
}
