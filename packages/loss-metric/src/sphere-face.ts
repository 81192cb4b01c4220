import { type Loss, parseOptions, type Space } from "@contrastive/core";
import * as tf from "@tensorflow/tfjs-core";
import * as z from "zod";
import { angularMargin } from "./angular-margin.js";
import { type Annealing, annealingAt, annealingSchema } from "./annealing.js";
import { classCrossEntropy } from "./class-cross-entropy.js";
import { classLoss } from "./class-loss.js";
import { atTarget, classMetrics, scaledCosines } from "./class-scores.js";
import { lengthOf } from "./length-of.js";

export interface SphereFaceOptions {
  /**
   * m, an integer from 1 to 10; default 4, as the paper's. The angle of a row to its class must be m times smaller than it would
   * have to be. A larger one draws classes together more tightly and is harder to train; 1 is a softmax of cosines.
   */
  readonly margin?: number;
  /**
   * What cosines are multiplied by. `"length"`, the default and the paper's: each row's own length, so that the encoder may make
   * itself more or less certain of a view. A number: embeddings have unit length, and this one stands for all (SphereFace-R,
   * arXiv 2109.05565); 30 is usual there, and less for few classes.
   */
  readonly scale?: number | "length";
  /**
   * λ >= 0: the logit at a row's class is the mean of λ times the one without a margin and once the one with it. With the
   * margin alone, training often ends with embeddings of length 0 and the loss at log(classes). Default `"falling"`: from 1,000,
   * by the same factor at each step, to 5 at 46 % of the run, where it stays. A number, or a schedule; the authors' is
   * max(5, 1,000 / (1 + 0.12 step)) over 28,000 steps.
   */
  readonly annealing?: Annealing;
  /** What the loss is on; default `"representation"`. */
  readonly on?: Space;
}

const schema = z.strictObject({
  margin: z.int().min(1).max(10).default(4),
  scale: z.union([z.number().positive(), z.literal("length")]).default("length"),
  annealing: annealingSchema.default("falling"),
  on: z.enum(["representation", "projection"]).default("representation"),
});

/**
 * SphereFace, or A-Softmax, of embeddings `[batch, views, dim]` with int32 labels `[batch]`: large-margin softmax with vectors
 * of unit length for classes, so that angles alone tell which is nearest. The loss is the mean over views of
 *
 *     −log( e^{|x| ψ(θ_y)} / (e^{|x| ψ(θ_y)} + Σ_{j≠y} e^{|x| cos θ_j}) )        eq. 7
 *     ψ(θ) = (−1)^k cos(mθ) − 2k  for θ in [kπ/m, (k+1)π/m]
 *
 * or with the scale in the place of |x|, for embeddings of unit length. The loss's weights are `classVectors`
 * `[classes, dim]`, of which only the direction counts.
 *
 * Metrics: `accuracy`, the share of views that are classified right, without the margin; `targetCosine`, the mean cosine of a
 * view to the vector of its class.
 *
 * With `annealing: 0` it equals pytorch-metric-learning's SphereFaceLoss, whose `W` is `[dim, classes]`, and which multiplies
 * |x| by its `scale`.
 *
 * Throws for an option that is wrong or unknown, in `init` for fewer than two classes, in `checkBatch` for labels that are
 * missing or out of range, and in `compute` without labels or weights.
 *
 * Liu et al. 2017, "SphereFace: Deep Hypersphere Embedding for Face Recognition", arXiv 1704.08063.
 */
export function sphereFace(given: SphereFaceOptions = {}): Loss {
  const options = parseOptions("loss", "sphere-face", schema, given);
  const { margin, scale } = options;
  return classLoss({
    name: "sphere-face",
    exported: "sphereFace",
    options,
    unitLength: scale !== "length",
    vectors: { name: "classVectors" },
    compute({ x, vectors, labels, target }, progress) {
      const annealing = annealingAt(options.annealing, progress, 5);
      const products = scaledCosines(x, vectors, scale === "length" ? 1 : scale);
      const lengths = scale === "length" ? lengthOf(x) : tf.scalar(scale);
      const cosine = tf.div<tf.Tensor2D>(atTarget(products, target), lengths);
      const change = angularMargin(cosine, lengths, { margin, annealing });
      return {
        loss: classCrossEntropy(products, target, change),
        metrics: classMetrics(products, labels, cosine),
      };
    },
  });
}
