import { ContrastiveError, type Loss, type LossInput, parseOptions, type Space } from "@contrastive/core";
import {
  type ContrastiveLossInputs,
  type ContrastiveLossOutputs,
  contrastiveLoss,
  viewsAsInputs,
} from "@contrastive/ops";
import * as tf from "@tensorflow/tfjs-core";
import * as z from "zod";
import { ratioOfSums } from "./ratio.js";

export interface NPairsOptions {
  /**
   * What is compared. `"all"`, the default: every view with all others, and the loss is the mean over all positive pairs of an
   * anchor, so that any sampler does. `"two-views"`, the paper's N pairs: the first view of each sample is an anchor, and
   * the second views are its positive and its negatives; for batches with one sample a class.
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
 *     loss = mean over anchors i of 1/|P_i| Σ_{p∈P_i} log(1 + Σ_{n∈N_i} e^{x_i·x_n − x_i·x_p}) + penalty · mean |x|²    eq. 8
 *
 * That is SupCon at τ = 1 with one positive in its denominator (`denominator: "one-positive"`), on embeddings whose lengths
 * are free; for unit length use SupCon, with a lower temperature. The mean is over anchors that have a positive.
 *
 * Metric: `lengths`, the mean squared length of embeddings.
 *
 * With `pairs: "two-views"` it is pytorch-metric-learning's NPairsLoss of such pairs, whose LpRegularizer(power=2) has
 * `penalty` for its weight; given other batches, that picks one pair of each class.
 *
 * Sohn 2016, "Improved Deep Metric Learning with Multi-class N-pair Loss Objective", NeurIPS.
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
        const inputs =
          pairs === "all" ? viewsAsInputs(embeddings, labels) : firstAgainstSecond(embeddings, labels);
        const lengths = tf.mean<tf.Scalar>(tf.sum(tf.square(embeddings), -1));
        const loss = meanOverAnchors(contrastiveLoss(inputs, softmaxOfProducts));
        return { loss: tf.add<tf.Scalar>(loss, tf.mul(lengths, penalty)), metrics: { lengths } };
      }),
  };
}

const softmaxOfProducts = {
  version: 1,
  temperature: 1,
  summation: "outside",
  denominator: "one-positive",
  positivesCap: -1,
  positives: "equal-label",
} as const;

function meanOverAnchors({ perAnchor, positiveCount }: ContrastiveLossOutputs): tf.Scalar {
  // A step and not a comparison, which has no gradient.
  return ratioOfSums(perAnchor, tf.step(positiveCount));
}

function firstAgainstSecond(embeddings: tf.Tensor3D, labels: tf.Tensor1D): ContrastiveLossInputs {
  const [batch, , dim] = embeddings.shape;
  const view = (i: number) =>
    tf.reshape<tf.Rank.R2>(tf.slice(embeddings, [0, i, 0], [-1, 1, -1]), [batch, dim]);
  const samples = tf.range(0, batch, 1, "int32");
  return {
    anchors: view(0),
    contrasts: view(1),
    anchorIds: samples,
    contrastIds: tf.range(batch, 2 * batch, 1, "int32"),
    anchorSamples: samples,
    contrastSamples: samples,
    anchorLabels: labels,
    contrastLabels: labels,
  };
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
