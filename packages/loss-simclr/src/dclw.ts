import { type Loss, parseOptions } from "@contrastive/core";
import { stopGradient } from "@contrastive/ops";
import * as tf from "@tensorflow/tfjs-core";
import * as z from "zod";
import { contrastSamples } from "./contrast-samples.js";
import type { DclOptions } from "./dcl.js";
import { on } from "./options.js";
import { viewsOf } from "./views.js";

export interface DclwOptions extends DclOptions {
  /**
   * σ > 0. The smaller, the more the pull differs between positives: far ones get up to twice that of `dcl`, and the
   * closest ones may be pushed away (a weight below 0). A large one gives `dcl`. Default 0.5, as in the paper.
   */
  readonly sigma?: number;
}

const schema = z.strictObject({
  temperature: z.number().positive().default(0.1),
  sigma: z.number().positive().default(0.5),
  on,
});

/**
 * Decoupled contrastive learning (see `dcl`) with a weight for each positive that is larger the further apart its
 * views are:
 *
 *     loss_ip = −w_ip z_i·z_p / τ + log Σ_{n∈N(i)} e^{z_i·z_n / τ}                                         eq. 6
 *     w_ip = 2 − e^{z_i·z_p / σ} / E_j[e^{z_j·z_q / σ}]
 *
 * The expectation is over the batch, for each pair of views, so that the weights have a mean of 1. They are constants
 * to the gradient. Both as in lightly's `DCLWLoss`, which has the same numbers; code by others that takes the plain
 * softmax over the batch for the quotient has weights near 2.
 *
 * Metric: `positiveCosine`, the mean cosine between views of a sample.
 *
 * Throws for an option that is wrong or unknown, and, in `compute`, for fewer than two views.
 *
 * Yeh et al. 2022, "Decoupled Contrastive Learning", arXiv 2110.06848.
 */
export function dclw(given: DclwOptions = {}): Loss {
  const options = parseOptions("loss", "dclw", schema, given);
  const { temperature, sigma } = options;
  return {
    name: "dclw",
    options,
    source: { module: "@contrastive/loss-simclr", export: "dclw" },
    needs: { labels: "none", views: 2, on: [options.on], unitLength: true, targets: false },
    compute: (input) =>
      tf.tidy(() => {
        const views = viewsOf("dclw", input, "embeddings", options.on);
        const { perAnchor, positiveSimilarity } = contrastSamples(views, {
          temperature,
          summation: "outside",
          denominator: "only-negatives",
        });
        // In perAnchor, every positive counts −s_ip; (1 − w_ip) s_ip more makes that −w_ip s_ip.
        const { cosines, pairs } = positivePairs(views);
        const rest = tf.mul(tf.sub(1, vonMisesFisher(stopGradient(cosines), sigma)), cosines);
        const correction = tf.div(tf.sum(tf.mul(rest, pairs)), tf.mul(tf.sum(pairs), temperature));
        return {
          loss: tf.add<tf.Scalar>(tf.mean(perAnchor), correction),
          metrics: { positiveCosine: tf.mean<tf.Scalar>(positiveSimilarity) },
        };
      }),
  };
}

/** `[views · views, batch]`: products of a sample's views, each with each, and 1 where the two are different ones. */
function positivePairs(views: tf.Tensor3D): { cosines: tf.Tensor; pairs: tf.Tensor } {
  const [batch, count] = views.shape;
  const products = tf.reshape(tf.matMul(views, views, false, true), [batch, count * count]);
  const different = tf.reshape(tf.sub(1, tf.eye(count)), [count * count, 1]);
  return { cosines: tf.transpose(products), pairs: tf.tile(different, [1, batch]) };
}

/** w, with the expectation over the last axis. */
function vonMisesFisher(cosines: tf.Tensor, sigma: number): tf.Tensor {
  const batch = cosines.shape[cosines.rank - 1];
  return tf.sub(2, tf.mul(tf.softmax(tf.div(cosines, sigma)), batch));
}
