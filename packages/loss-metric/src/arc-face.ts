import { type Loss, parseOptions, type Space } from "@contrastive/core";
import * as tf from "@tensorflow/tfjs-core";
import * as z from "zod";
import { classCrossEntropy } from "./class-cross-entropy.js";
import { classLoss } from "./class-loss.js";
import { atTarget, classMetrics, scaledCosines } from "./class-scores.js";
import { withSlope } from "./with-slope.js";

export interface ArcFaceOptions {
  /**
   * m in radians, 0 to π/2, by which the angle of a row to its class must be smaller than those to the others; default 0.5
   * (28.6°), as the paper's. It is the same margin wherever the row is, where that of a cosine is a small angle far off and a
   * large one near by. A larger one draws classes together more tightly, and is harder to train.
   */
  readonly margin?: number;
  /**
   * s > 0, what cosines are multiplied by, as 1 / temperature; default 64, as the paper's. The larger, the more of the gradient
   * comes from rows near the border of two classes; the gradient of all grows with it, so that it wants a smaller learning
   * rate. Few classes learn faster with less, such as 16.
   */
  readonly scale?: number;
  /**
   * What becomes of the margin where cos(θ + m) would rise again. False, the default: beyond θ = π − m a row has the margin
   * m sin m on its cosine. True: only rows with θ < π/2 have a margin, which helps where training with it does not start.
   */
  readonly easyMargin?: boolean;
  /** What the loss is on; default `"representation"`. */
  readonly on?: Space;
}

const schema = z.strictObject({
  margin: z
    .number()
    .min(0)
    .max(Math.PI / 2)
    .default(0.5),
  scale: z.number().positive().default(64),
  easyMargin: z.boolean().default(false),
  on: z.enum(["representation", "projection"]).default("representation"),
});

/**
 * ArcFace, the additive angular margin loss of embeddings `[batch, views, dim]` of unit length with int32 labels `[batch]`: a
 * classifier by cosines, whose margin is added to the angle. The loss is the mean over views of
 *
 *     −log( e^{s cos(θ_y + m)} / (e^{s cos(θ_y + m)} + Σ_{j≠y} e^{s cos θ_j}) )        eq. 3
 *
 * Its weights are `classVectors` `[classes, dim]`, of which only the direction counts. Where θ_y is less than 0.001, the
 * margin's slope, which goes with 1 / sin θ, is left out.
 *
 * Metrics: `accuracy`, the share of views that are classified right, without the margin; `targetCosine`, the mean cosine of a
 * view to the vector of its class.
 *
 * Equals pytorch-metric-learning's ArcFaceLoss, whose `W` is `[dim, classes]` and whose `margin` is in degrees, and InsightFace's
 * `ArcFace`, which has both easy margins.
 *
 * Throws for an option that is wrong or unknown, in `init` for fewer than two classes, in `checkBatch` for labels that are
 * missing or out of range, and in `compute` without labels or weights.
 *
 * Deng et al. 2019, "ArcFace: Additive Angular Margin Loss for Deep Face Recognition", arXiv 1801.07698.
 */
export function arcFace(given: ArcFaceOptions = {}): Loss {
  const options = parseOptions("loss", "arc-face", schema, given);
  const { scale } = options;
  return classLoss({
    name: "arc-face",
    exported: "arcFace",
    options,
    unitLength: true,
    vectors: { name: "classVectors" },
    compute({ x, vectors, labels, target }) {
      const products = scaledCosines(x, vectors, scale);
      const cosine = tf.div<tf.Tensor2D>(atTarget(products, target), scale);
      const change = tf.mul<tf.Tensor2D>(changeByMargin(cosine, options), scale);
      return {
        loss: classCrossEntropy(products, target, change),
        metrics: classMetrics(products, labels, cosine),
      };
    },
  });
}

/** cos(θ + m) − cos θ, and what stands for it where cos(θ + m) rises or is not wanted. */
function changeByMargin(
  cosine: tf.Tensor2D,
  { margin, easyMargin }: { margin: number; easyMargin: boolean },
): tf.Tensor2D {
  const [cosM, sinM] = [Math.cos(margin), Math.sin(margin)];
  const beyond = easyMargin ? 0 : -margin * sinM;
  return withSlope(cosine, (c) => {
    const sine = tf.sqrt(tf.maximum(tf.mul(tf.sub(1, c), tf.add(1, c)), 1e-6));
    const hasMargin = tf.greater(c, easyMargin ? 0 : -cosM);
    return {
      value: tf.where(hasMargin, tf.sub(tf.mul(c, cosM - 1), tf.mul(sine, sinM)), tf.fill(c.shape, beyond)),
      slope: tf.where(hasMargin, tf.add(tf.mul(tf.div(c, sine), sinM), cosM - 1), tf.zerosLike(c)),
    };
  });
}
