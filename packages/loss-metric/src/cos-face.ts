import { type Loss, parseOptions, type Space } from "@contrastive/core";
import * as tf from "@tensorflow/tfjs-core";
import * as z from "zod";
import { classCrossEntropy } from "./class-cross-entropy.js";
import { classLoss } from "./class-loss.js";
import { atTarget, classMetrics, scaledCosines } from "./class-scores.js";

export interface CosFaceOptions {
  /**
   * m in [0, 2), by which a row's cosine to its class must exceed those to the others; default 0.35, as the paper's. Rows that
   * are right go on moving until they are right by this much. Too large for the number of classes, it can't be met (section
   * 3.4); 0 is a softmax of cosines.
   */
  readonly margin?: number;
  /**
   * s > 0, what cosines are multiplied by, as 1 / temperature; default 64, as the paper's. The larger, the more of the gradient
   * comes from rows near the border of two classes; the gradient of all grows with it, so that it wants a smaller learning
   * rate. Few classes learn faster with less, such as 16.
   */
  readonly scale?: number;
  /** What the loss is on; default `"representation"`. */
  readonly on?: Space;
}

const schema = z.strictObject({
  margin: z.number().min(0).lt(2).default(0.35),
  scale: z.number().positive().default(64),
  on: z.enum(["representation", "projection"]).default("representation"),
});

/**
 * CosFace, the large margin cosine loss of embeddings `[batch, views, dim]` of unit length with int32 labels `[batch]`: a
 * classifier by cosines, whose margin is taken off the cosine. The loss is the mean over views of
 *
 *     −log( e^{s (cos θ_y − m)} / (e^{s (cos θ_y − m)} + Σ_{j≠y} e^{s cos θ_j}) )        eq. 4
 *
 * Its weights are `classVectors` `[classes, dim]`, of which only the direction counts.
 *
 * Metrics: `accuracy`, the share of views that are classified right, without the margin; `targetCosine`, the mean cosine of a
 * view to the vector of its class.
 *
 * Equals pytorch-metric-learning's CosFaceLoss, whose `W` is `[dim, classes]`.
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
    compute({ x, vectors, labels, target }) {
      const products = scaledCosines(x, vectors, scale);
      const cosine = tf.div<tf.Tensor2D>(atTarget(products, target), scale);
      const logits = tf.sub<tf.Tensor2D>(products, tf.mul(target, scale * margin));
      return { loss: classCrossEntropy(logits, target), metrics: classMetrics(products, labels, cosine) };
    },
  });
}
