import { type Loss, parseOptions, type Space } from "@contrastive/core";
import * as tf from "@tensorflow/tfjs-core";
import { l2Normalize } from "@contrastive/ops";
import * as z from "zod";
import { classCrossEntropy } from "./class-cross-entropy.js";
import { classLoss } from "./class-loss.js";
import { atTarget, classMetrics } from "./class-scores.js";

export interface SoftTripleOptions {
  /**
   * K >= 1, default 10, as the paper's for fine-grained data. Several let a class be more than one cluster (a car from the
   * front and from the side); those too many are drawn into one by the regularizer. Time and memory grow with it.
   */
  readonly centersPerClass?: number;
  /**
   * λ > 0, default 20, as the paper's: what similarities to classes are multiplied by. The larger, the more of the gradient
   * comes from rows near the border of two classes.
   */
  readonly scale?: number;
  /**
   * γ > 0, default 0.1, as the paper's: how a row's similarity to a class comes from its centers. The lower, the more from the
   * nearest alone, which then gets all of the gradient; a large one takes their mean, as if there were one.
   */
  readonly temperature?: number;
  /** δ >= 0, default 0.01, as the paper's: by how much a row's own class must be more similar than the others. */
  readonly margin?: number;
  /**
   * τ >= 0, default 0.2, as the paper's: the weight of the mean distance between centers of a class. It draws together those
   * that the data don't hold apart; 0 leaves them alone, and as many clusters as centers.
   */
  readonly regularization?: number;
  /** What the loss is on; default `"projection"`. */
  readonly on?: Space;
}

const schema = z.strictObject({
  centersPerClass: z.int().min(1).default(10),
  scale: z.number().positive().default(20),
  temperature: z.number().positive().default(0.1),
  margin: z.number().min(0).default(0.01),
  regularization: z.number().min(0).default(0.2),
  on: z.enum(["representation", "projection"]).default("projection"),
});

/**
 * SoftTriple of embeddings `[batch, views, dim]` of unit length with int32 labels `[batch]`: a softmax over classes that have
 * several centers each, the nearest ones counting most. The loss is the mean over views of
 *
 *     −log( e^{λ (S_y − δ)} / (e^{λ (S_y − δ)} + Σ_{j≠y} e^{λ S_j}) )
 *     S_j = Σ_k q_k x·w_jk,  q = softmax_k(x·w_jk / γ)
 *
 * plus τ / (C K (K − 1)) Σ_j Σ_{s<t} √(2 − 2 w_js·w_jt), the distances between centers of a class.
 *
 * Its weights are `centers` `[classes * centersPerClass, dim]`, those of a class one after the other; only directions count.
 *
 * Metrics: `accuracy`, the share of views whose own class is the most similar; `targetSimilarity`, the mean of S_y.
 *
 * Equals pytorch-metric-learning's SoftTripleLoss (`la`: scale, `gamma`: temperature) with
 * `weight_regularizer=SparseCentersRegularizer(classes, centersPerClass)` and `weight_reg_weight` as regularization; its `fc` is
 * `[dim, classes * centersPerClass]`. Centers nearer than 0.001 don't draw each other, where its gradient has no bound.
 *
 * Throws for an option that is wrong or unknown, in `init` for fewer than two classes, in `checkBatch` for labels that are
 * missing or out of range, and in `compute` without labels or weights.
 *
 * Qian et al. 2019, "SoftTriple Loss: Deep Metric Learning Without Triplet Sampling", arXiv 1909.05235.
 */
export function softTriple(given: SoftTripleOptions = {}): Loss {
  const options = parseOptions("loss", "soft-triple", schema, given);
  const { centersPerClass, scale, temperature, margin, regularization } = options;
  return classLoss({
    name: "soft-triple",
    exported: "softTriple",
    options,
    unitLength: true,
    vectors: { name: "centers", perClass: centersPerClass },
    compute({ x, vectors, labels, target }) {
      const [rows, classes] = target.shape;
      const centers = l2Normalize(vectors);
      const toCenters = tf.reshape(tf.matMul(x, centers, false, true), [rows, classes, centersPerClass]);
      const shares = tf.softmax(tf.div(toCenters, temperature));
      const toClasses = tf.sum<tf.Tensor2D>(tf.mul(shares, toCenters), -1);
      const logits = tf.mul<tf.Tensor2D>(tf.sub(toClasses, tf.mul(target, margin)), scale);
      const { accuracy, targetCosine } = classMetrics(toClasses, labels, atTarget(toClasses, target));
      return {
        loss: tf.add<tf.Scalar>(
          classCrossEntropy(logits, target),
          tf.mul(regularization, halfMeanDistance(tf.reshape(centers, [classes, centersPerClass, -1]))),
        ),
        metrics: { accuracy, targetSimilarity: targetCosine },
      };
    },
  });
}

/** Of each pair of centers of a class, `[classes, perClass, dim]` of unit length; 0 for one center. */
function halfMeanDistance(centers: tf.Tensor3D): tf.Scalar {
  const [classes, perClass] = centers.shape;
  if (perClass === 1) return tf.scalar(0);
  const squares = tf.sub(2, tf.mul(2, tf.matMul(centers, centers, false, true)));
  const distances = tf.sqrt(tf.maximum(squares, 1e-6));
  const isPair = tf.sub(1, tf.eye(perClass));
  // Each pair twice.
  return tf.div(tf.sum(tf.mul(distances, isPair)), 2 * classes * perClass * (perClass - 1));
}
