import { type Loss, parseOptions } from "@contrastive/core";
import * as tf from "@tensorflow/tfjs-core";
import * as z from "zod";
import { contrastSamples } from "./contrast-samples.js";
import { on, type OnOption } from "./options.js";
import { viewsOf } from "./views.js";

export interface SimclrOptions extends OnOption {
  /**
   * τ > 0. The smaller, the more of the gradient goes to the negatives nearest to the anchor. Default 0.5, with which
   * the authors train on CIFAR-10; they use 0.1 on ImageNet, where batches are larger and training is shorter.
   */
  readonly temperature?: number;
  /**
   * For more than two views, what a positive is divided by: `"all"` other views, the default, so that an anchor's
   * positives also compete with each other and the loss can't fall below log(views − 1); or `"one-positive"`, itself
   * and the negatives, where they don't. With two views they are the same.
   */
  readonly denominator?: "all" | "one-positive";
  /**
   * For more than two views, where the mean over positives stands: `"outside"` the logarithm, the default, which
   * pulls each of them, or `"inside"`, which pulls most where the anchor already is close. With two views they are the
   * same.
   */
  readonly summation?: "outside" | "inside";
}

const schema = z.strictObject({
  temperature: z.number().positive().default(0.5),
  denominator: z.enum(["all", "one-positive"]).default("all"),
  summation: z.enum(["outside", "inside"]).default("outside"),
  on,
});

/**
 * The NT-Xent loss of embeddings `[batch, views, dim]` of unit length: the views of a sample attract each other, those
 * of all other samples repel. Labels play no part.
 *
 *     loss_ip = −log(e^{z_i·z_p / τ} / Σ_{k≠i} e^{z_i·z_k / τ})                                            eq. 1
 *
 * The mean is over all views i and, with more than two, over their positives p, all of which are in the denominator by
 * default. Two views give the numbers of lightly's and pytorch-metric-learning's `NTXentLoss`; more give the latter's
 * with `denominator: "one-positive"`, and solo-learn's with `summation: "inside"`, up to a constant: it leaves out the
 * 1/|P|, so that its loss is less by log(views − 1).
 *
 * Metric: `positiveCosine`, the mean cosine between views of a sample.
 *
 * Throws for an option that is wrong or unknown, and, in `compute`, for fewer than two views.
 *
 * Chen et al. 2020, "A Simple Framework for Contrastive Learning of Visual Representations", arXiv 2002.05709.
 */
export function simclr(given: SimclrOptions = {}): Loss {
  const options = parseOptions("loss", "simclr", schema, given);
  return {
    name: "simclr",
    options,
    source: { module: "@contrastive/loss-simclr", export: "simclr" },
    needs: { labels: "none", views: 2, on: [options.on], unitLength: true, targets: false },
    compute: (input) =>
      tf.tidy(() => {
        const views = viewsOf("simclr", input, "embeddings", options.on);
        const { perAnchor, positiveSimilarity } = contrastSamples(views, options);
        return {
          loss: tf.mean<tf.Scalar>(perAnchor),
          metrics: { positiveCosine: tf.mean<tf.Scalar>(positiveSimilarity) },
        };
      }),
  };
}
