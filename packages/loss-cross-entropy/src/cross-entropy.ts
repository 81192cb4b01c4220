import { type Loss, type LossInput, parseOptions, type Space } from "@contrastive/core";
import { repeatRows, softmaxCrossEntropy } from "@contrastive/ops";
import * as tf from "@tensorflow/tfjs-core";
import * as z from "zod";
import { checkLabels } from "./check-labels.js";
import { initialiseClassifier } from "./classifier.js";
import { complaint } from "./complaint.js";
import { sharesOf, smooth } from "./target.js";

export interface CrossEntropyOptions {
  /**
   * ε: this much of the target is spread evenly over all classes; in [0, 1). It keeps logits from growing without end: the
   * gradient of a sample that is classified with more confidence than 1 − ε pulls back. 0.1 is usual where labels are
   * plenty or noisy. Default 0, as PyTorch.
   */
  readonly labelSmoothing?: number;
  /**
   * A weight for each class, by which a sample's loss and gradient are multiplied, against imbalance: samples / (classes ·
   * samples of the class) gives each class the same part of the gradient, 0 leaves a class out. Default `"none"`: each sample
   * counts once. A sampler such as `classBalanced` is the other cure.
   */
  readonly classWeights?: readonly number[] | "none";
  /**
   * `"index"`, the default: each sample has one class. `"soft"`: rows `[batch, classes]` of the share that each class has in
   * a sample, for mixtures (MixUp, CutMix) and several classes a sample. Shares are taken as they are: a row that adds up to 2
   * counts twice.
   */
  readonly labels?: "index" | "soft";
  /** What is classified. Default `"representation"`, so that no head is needed. */
  readonly on?: Space;
}

const classWeight = z
  .number()
  .refine((weight) => weight === 0 || (weight >= 1e-6 && weight <= 1e6), "0, or between 1e-6 and 1e6");

const schema = z.strictObject({
  labelSmoothing: z.number().min(0).lt(1).default(0),
  classWeights: z
    .union([
      z
        .array(classWeight)
        .refine((weights) => weights.some((weight) => weight > 0), "weights, at least one of them above 0")
        .readonly(),
      z.literal("none"),
    ])
    .default("none"),
  labels: z.enum(["index", "soft"]).default("index"),
  on: z.enum(["representation", "projection"]).default("representation"),
});

/**
 * Softmax cross-entropy of a linear classifier on embeddings `[batch, views, dim]`; every view is classified.
 *
 * With int32 labels y `[batch]`, or float32 shares s `[batch, classes]`, p = softmax(z · weight + bias) and class weights w:
 *
 *     loss_i = −Σ_c w_c ((1 − ε) s_ic + ε / classes) log p_ic,   s_ic = [c = y_i] for an index
 *     loss = Σ_i loss_i / Σ_i w_{y_i}  for an index,   the mean of loss_i  for soft labels
 *
 * These are the two definitions of torch.nn.CrossEntropyLoss, whose `weight`, `label_smoothing` and targets as probabilities
 * these options are. Where all labels of a batch have the weight 0, and torch gives NaN, the loss is 0.
 *
 * The classifier is the loss's own: `weight` `[dim, classes]` and `bias` `[classes]`, drawn as torch.nn.Linear does,
 * uniformly up to 1/√dim. Labels are 0 to classes − 1.
 *
 * Metric: `accuracy`, the share of views that are classified right; for soft labels, those of a mixed batch
 * among them, as the class of the largest share.
 *
 * Throws for an option that is wrong or unknown, in `init` for fewer than two classes or another number of class weights, in
 * `checkBatch` for a label that is no class and shares that are none, and in `compute` without labels or weights.
 *
 * Label smoothing: Szegedy et al. 2016, arXiv 1512.00567, section 7. Soft labels: Zhang et al. 2017, "mixup", arXiv
 * 1710.09412.
 */
export function crossEntropy(given: CrossEntropyOptions = {}): Loss {
  const options = parseOptions("loss", "cross-entropy", schema, given);
  const { labelSmoothing, classWeights, on } = options;
  const weightOf = (classes: number) =>
    classWeights === "none" ? tf.ones([classes]) : tf.tensor1d([...classWeights]);
  return {
    name: "cross-entropy",
    options,
    source: { module: "@contrastive/loss-cross-entropy", export: "crossEntropy" },
    needs: { labels: options.labels, views: 1, on: [on], unitLength: false, targets: false },
    takesMixedLabels: options.labels === "soft",
    init: (rng, dims, classes) => {
      if (classWeights !== "none" && classWeights.length !== classes) {
        throw complaint({
          what: `classWeights must have ${classes} numbers, one a class`,
          got: classWeights,
        });
      }
      return { weights: initialiseClassifier(rng, dims[on], on, classes) };
    },
    checkBatch: (labels, _views, classes) => checkLabels(labels, options.labels, classes),
    compute: (input) =>
      tf.tidy(() => {
        const { embeddings, labels, weight, bias } = checked(input, on);
        const [batch, views, dim] = embeddings.shape;
        const classes = bias.size;
        const logits = tf.add<tf.Tensor2D>(
          tf.matMul(tf.reshape(embeddings, [batch * views, dim]), weight),
          bias,
        );
        const { shares, largest } = sharesOf(labels, [batch, classes], options.labels);
        const weights = weightOf(classes);
        const target = tf.mul(smooth(shares, labelSmoothing), weights);
        const total =
          options.labels === "soft" || classWeights === "none" ? batch : tf.sum(tf.mul(shares, weights));
        const perView = softmaxCrossEntropy(logits, repeatRows(target, views));
        const right = tf.equal(tf.argMax(logits, -1), repeatRows(largest, views));
        return {
          loss: tf.mul<tf.Scalar>(tf.sum(perView), tf.divNoNan(1 / views, total)),
          metrics: { accuracy: tf.mean<tf.Scalar>(tf.cast(right, "float32")) },
        };
      }),
  };
}

function checked({ embeddings, labels, weights: { weight, bias } }: LossInput, on: Space) {
  const given = embeddings[on];
  if (given === undefined) throw complaint({ what: `compute needs embeddings.${on}` });
  if (labels === undefined) throw complaint({ what: "compute needs labels" });
  if (weight === undefined || bias === undefined) {
    throw complaint({ what: "compute needs the weights that init made: weight and bias" });
  }
  return { embeddings: given, labels, weight: weight as tf.Tensor2D, bias: bias as tf.Tensor1D };
}
