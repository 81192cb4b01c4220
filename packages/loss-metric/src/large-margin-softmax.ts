import { type Loss, parseOptions, type Space } from "@contrastive/core";
import * as tf from "@tensorflow/tfjs-core";
import * as z from "zod";
import { angularMargin } from "./angular-margin.js";
import { type Annealing, annealingAt, annealingSchema } from "./annealing.js";
import { classCrossEntropy } from "./class-cross-entropy.js";
import { classLoss } from "./class-loss.js";
import { atTarget, classMetrics } from "./class-scores.js";
import { lengthOf } from "./length-of.js";

export interface LargeMarginSoftmaxOptions {
  /**
   * m, an integer from 1 to 10; default 4, the largest of the paper. The angle of a row to its class must be m times smaller
   * than it would have to be. A larger one draws classes together more tightly and is harder to train; 1 is the softmax of a
   * linear classifier.
   */
  readonly margin?: number;
  /**
   * λ >= 0: the logit at a row's class is the mean of λ times the one without a margin and once the one with it (section 5.1).
   * With the margin alone, from the first step on, training often ends with vectors of length 0 and the loss at log(classes):
   * it wants to have learned most of what there is to learn by then. Default `"falling"`: from 1,000, by the same factor at each
   * step, to 1 at 3/5 of the run and 0.01 at its end. A number, or a schedule, such as one that ends with the 5 or 10 that the
   * authors advise for hard data; theirs for CIFAR-10 is 1,000 (1 + 0.00002 step)^−45 over 30,000 steps.
   */
  readonly annealing?: Annealing;
  /** What the loss is on; default `"representation"`. */
  readonly on?: Space;
}

const schema = z.strictObject({
  margin: z.int().min(1).max(10).default(4),
  annealing: annealingSchema.default("falling"),
  on: z.enum(["representation", "projection"]).default("representation"),
});

/**
 * Large-margin softmax (L-Softmax) of embeddings `[batch, views, dim]` with int32 labels `[batch]`: a linear classifier without
 * bias, right only where it is so with the angle to a row's class multiplied by m. The loss is the mean over views of
 *
 *     −log( e^{|w_y||x| ψ(θ_y)} / (e^{|w_y||x| ψ(θ_y)} + Σ_{j≠y} e^{|w_j||x| cos θ_j}) )        eq. 4
 *     ψ(θ) = (−1)^k cos(mθ) − 2k  for θ in [kπ/m, (k+1)π/m]                                     eq. 6
 *
 * Lengths count, of embeddings and of the classes' vectors, the loss's weights `classVectors` `[classes, dim]`.
 *
 * Metrics: `accuracy`, the share of views that are classified right, without the margin; `targetCosine`, the mean cosine of a
 * view to the vector of its class.
 *
 * With `annealing: 0` it equals pytorch-metric-learning's LargeMarginSoftmaxLoss, whose `W` is `[dim, classes]`.
 *
 * Throws for an option that is wrong or unknown, in `init` for fewer than two classes, in `checkBatch` for labels that are
 * missing or out of range, and in `compute` without labels or weights.
 *
 * Liu et al. 2016, "Large-Margin Softmax Loss for Convolutional Neural Networks", arXiv 1612.02295.
 */
export function largeMarginSoftmax(given: LargeMarginSoftmaxOptions = {}): Loss {
  const options = parseOptions("loss", "large-margin-softmax", schema, given);
  const { margin } = options;
  return classLoss({
    name: "large-margin-softmax",
    exported: "largeMarginSoftmax",
    options,
    unitLength: false,
    vectors: { name: "classVectors" },
    compute({ x, vectors, labels, target }, progress) {
      const annealing = annealingAt(options.annealing, progress, 0);
      const products = tf.matMul<tf.Tensor2D>(x, vectors, false, true);
      const lengths = tf.mul<tf.Tensor2D>(lengthOf(x), tf.matMul(target, lengthOf(vectors)));
      const cosine = tf.div<tf.Tensor2D>(atTarget(products, target), lengths);
      const change = angularMargin(cosine, lengths, { margin, annealing });
      return {
        loss: classCrossEntropy(products, target, change),
        metrics: classMetrics(products, labels, cosine),
      };
    },
  });
}
