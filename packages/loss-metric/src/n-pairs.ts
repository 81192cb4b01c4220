import { ContrastiveError, type Loss, type LossInput, parseOptions, type Space } from "@contrastive/core";
import { type ContrastiveLossOutputs, contrastiveLoss, contrastViews, stopGradient } from "@contrastive/ops";
import * as tf from "@tensorflow/tfjs-core";
import * as z from "zod";
import { ratioOfSums } from "./ratio.js";

export interface NPairsOptions {
  /**
   * What is compared. `"all"`, the default: every view with all others, and the loss is the mean over all positive pairs of an
   * anchor, so that any sampler does. `"two-views"`, the paper's N pairs: the first view of each sample is an anchor, its
   * second view the positive, and the second views of other classes are the negatives.
   */
  readonly pairs?: "all" | "two-views";
  /**
   * Embeddings have no unit length, so that products can grow without end; this much of their mean squared length is added to
   * the loss. Default 0.001, TensorFlow's reg_lambda = 0.002. With more, lengths and thus the sharpness of the softmax stay
   * smaller; 0 leaves them free.
   */
  readonly penalty?: number;
  /** Default `"projection"`. */
  readonly on?: Space;
}

const schema = z.strictObject({
  pairs: z.enum(["all", "two-views"]).default("all"),
  penalty: z.number().min(0).default(0.001),
  on: z.enum(["representation", "projection"]).default("projection"),
});

/**
 * The N-pairs loss of embeddings `[batch, views, dim]`, of any length, with int32 labels `[batch]`: an anchor's product with a
 * positive against those with all its negatives.
 *
 *     loss = mean over anchors i of 1/|P_i| Σ_{p∈P_i} log(1 + Σ_{n∈N_i} e^{x_i·x_n − x_i·x_p}) + penalty · mean |x|²
 *
 * That is SupCon at τ = 1 with one positive in its denominator (`denominator: "one-positive"`), on embeddings whose lengths
 * are free; for unit length use SupCon, with a lower temperature. The mean is over anchors that have a positive.
 *
 * Metric: `lengths`, the mean squared length of embeddings.
 *
 * With `pairs: "two-views"` and one sample of each class it is pytorch-metric-learning's NPairsLoss, whose
 * LpRegularizer(power=2) has `penalty` for its weight; of other batches that takes one pair of each class and drops the rest.
 *
 * Sohn 2016, "Improved Deep Metric Learning with Multi-class N-pair Loss Objective", NeurIPS: its N-pair-mc loss.
 */
export function nPairs(given: NPairsOptions = {}): Loss {
  const options = parseOptions("loss", "n-pairs", schema, given);
  const { pairs, penalty, on } = options;
  const views = pairs === "two-views" ? 2 : 1;
  return {
    name: "n-pairs",
    options,
    source: { module: "@contrastive/loss-metric", export: "nPairs" },
    needs: { labels: "index", views, on: [on], unitLength: false, targets: false },
    compute: (input) =>
      tf.tidy(() => {
        const { embeddings, labels } = checked(input, on, views);
        const lengths = tf.mean<tf.Scalar>(tf.sum(tf.square(embeddings), -1));
        const { perAnchor, positiveCount } =
          pairs === "all" ? everyPair(embeddings, labels) : firstAgainstSecond(embeddings, labels);
        const loss = ratioOfSums(perAnchor, tf.step(stopGradient(positiveCount)));
        return { loss: tf.add<tf.Scalar>(loss, tf.mul(lengths, penalty)), metrics: { lengths } };
      }),
  };
}

const ofProducts = { version: 1, temperature: 1, summation: "outside", positives: "equal-label" } as const;

function everyPair(embeddings: tf.Tensor3D, labels: tf.Tensor1D): ContrastiveLossOutputs {
  return contrastViews(embeddings, labels, {
    ...ofProducts,
    denominator: "one-positive",
    positivesCap: -1,
  });
}

function firstAgainstSecond(embeddings: tf.Tensor3D, labels: tf.Tensor1D): ContrastiveLossOutputs {
  const [batch, , dim] = embeddings.shape;
  const view = (i: number) =>
    tf.reshape<tf.Rank.R2>(tf.slice(embeddings, [0, i, 0], [-1, 1, -1]), [batch, dim]);
  const samples = tf.range(0, batch, 1, "int32");
  const sides = {
    anchors: view(0),
    contrasts: view(1),
    anchorIds: samples,
    contrastIds: tf.range(batch, 2 * batch, 1, "int32"),
    anchorSamples: samples,
    contrastSamples: samples,
    anchorLabels: labels,
    contrastLabels: labels,
  };
  // No positive but the anchor's own: all there is in the denominator is it and the negatives.
  return contrastiveLoss(sides, { ...ofProducts, denominator: "all", positivesCap: 0 });
}

function checked({ embeddings, labels }: LossInput, on: Space, views: number) {
  const given = embeddings[on];
  if (given === undefined) throw complaint(`compute needs embeddings.${on}`);
  if (labels === undefined) throw complaint("compute needs labels");
  if (given.shape[1] < views) throw complaint('pairs "two-views" needs two views');
  // int32 `[batch]`, as `needs` says.
  return { embeddings: given, labels: labels as tf.Tensor1D };
}

function complaint(what: string): ContrastiveError {
  return new ContrastiveError({ who: 'loss "n-pairs"', what });
}
