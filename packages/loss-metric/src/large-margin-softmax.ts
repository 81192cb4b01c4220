import { type Loss, parseOptions, type Space } from "@contrastive/core";
import * as tf from "@tensorflow/tfjs-core";
import * as z from "zod";
import { angularMargin } from "./angular-margin.js";
import { type Annealing, annealingAt, annealingSchema } from "./annealing.js";
import { classCrossEntropy } from "./class-cross-entropy.js";
import { classLoss } from "./class-loss.js";
import { classMetrics } from "./class-scores.js";
import { lengthOf } from "./length-of.js";

export interface LargeMarginSoftmaxOptions {
  /**
   * m, an integer from 1 to 10; default 4, the largest of the paper. A row's angle to its class must be m times smaller than it
   * would have to be. A larger one draws classes together more tightly, and is harder to train; 1 is the softmax of a
   * classifier without bias.
   */
  readonly margin?: number;
  /**
   * λ >= 0, or a schedule of it: the target's logit is the mean of one without a margin, λ times, and of one with it (section
   * 5.1). Default 0, the margin alone. Where training with it does not start, as ψ has hardly a slope at right angles, begin
   * with 1,000 or so, and let it fall to 0, or to 5 or 10 for hard data.
   */
  readonly annealing?: Annealing;
  /** What the loss is on; default `"representation"`. */
  readonly on?: Space;
}

const schema = z.strictObject({
  margin: z.int().min(1).max(10).default(4),
  annealing: annealingSchema.default(0),
  on: z.enum(["representation", "projection"]).default("representation"),
});

/**
 * Large-margin softmax (L-Softmax) of embeddings `[batch, views, dim]` with int32 labels `[batch]`: a linear classifier without
 * bias, whose target wins only if it would with its angle multiplied by m.
 *
 *     loss = mean −log( e^{|w_y||x| ψ(θ_y)} / (e^{|w_y||x| ψ(θ_y)} + Σ_{j≠y} e^{|w_j||x| cos θ_j}) )        eq. 4
 *     ψ(θ) = (−1)^k cos(mθ) − 2k  for θ in [kπ/m, (k+1)π/m]                                               eq. 6
 *
 * Lengths of embeddings and of classes' vectors count. The weights are these, `classVectors` `[classes, dim]`.
 *
 * Metrics: `accuracy`, the share of views that are classified right, without the margin; `targetCosine`, the mean cosine of a
 * view to the vector of its class.
 *
 * Equals pytorch-metric-learning's LargeMarginSoftmaxLoss, with its `W` transposed; its `scale` is the length of W.
 *
 * Throws for an option that is wrong or unknown, in `init` for fewer than two classes, in `checkBatch` for labels that are
 * missing or out of range, and in `compute` without labels or weights.
 *
 * Liu et al. 2016, "Large-Margin Softmax Loss for Convolutional Neural Networks", arXiv 1612.02295.
 */
export function largeMarginSoftmax(given: LargeMarginSoftmaxOptions = {}): Loss {
  const options = parseOptions("loss", "large-margin-softmax", schema, given);
  const { margin, annealing } = options;
  return classLoss({
    name: "large-margin-softmax",
    exported: "largeMarginSoftmax",
    options,
    unitLength: false,
    vectors: { name: "classVectors" },
    compute({ x, vectors, target }, progress) {
      const products = tf.matMul<tf.Tensor2D>(x, vectors, false, true);
      const lengths = tf.mul<tf.Tensor2D>(lengthOf(x), tf.matMul(target, lengthOf(vectors)));
      const { logits, own, cosine } = angularMargin(products, target, lengths, {
        margin,
        annealing: annealingAt(annealing, progress),
      });
      return { loss: classCrossEntropy(logits, target), metrics: classMetrics(products, own, cosine) };
    },
  });
}
