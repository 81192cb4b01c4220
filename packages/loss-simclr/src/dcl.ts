import { type Loss, parseOptions } from "@contrastive/core";
import * as tf from "@tensorflow/tfjs-core";
import * as z from "zod";
import { contrastSamples } from "./contrast-samples.js";
import { on, type OnOption } from "./options.js";
import { viewsOf } from "./views.js";

export interface DclOptions extends OnOption {
  /**
   * τ > 0. The smaller, the more of the repulsion goes to the nearest negatives; the pull on the positive is 1/τ
   * whatever the batch. Default 0.1, as in lightly.
   */
  readonly temperature?: number;
}

const schema = z.strictObject({ temperature: z.number().positive().default(0.1), on });

/**
 * Decoupled contrastive learning of embeddings `[batch, views, dim]` of unit length: NT-Xent without the positive in
 * its own denominator.
 *
 *     loss_ip = −z_i·z_p / τ + log Σ_{n∈N(i)} e^{z_i·z_n / τ}                                              eq. 6
 *
 * N(i) holds all views of all other samples. In NT-Xent an easy positive, or few negatives, shrinks the whole gradient
 * of an anchor; here nothing does, which is why it does well in small batches. The loss has no lower bound of 0.
 *
 * The mean is over views i and their positives p; a batch of one sample has a loss of 0. The numbers are those of
 * lightly's `DCLLoss`; the paper sums instead.
 *
 * Metric: `positiveCosine`, the mean cosine between views of a sample.
 *
 * Throws for an option that is wrong or unknown, and, in `compute`, for fewer than two views.
 *
 * Yeh et al. 2022, "Decoupled Contrastive Learning", arXiv 2110.06848.
 */
export function dcl(given: DclOptions = {}): Loss {
  const options = parseOptions("loss", "dcl", schema, given);
  return {
    name: "dcl",
    options,
    source: { module: "@contrastive/loss-simclr", export: "dcl" },
    needs: { labels: "none", views: 2, on: [options.on], unitLength: true, targets: false },
    compute: (input) =>
      tf.tidy(() => {
        const { perAnchor, positiveSimilarity } = contrastSamples(
          viewsOf("dcl", input, "embeddings", options.on),
          { temperature: options.temperature, summation: "outside", denominator: "only-negatives" },
        );
        return {
          loss: tf.mean<tf.Scalar>(perAnchor),
          metrics: { positiveCosine: tf.mean<tf.Scalar>(positiveSimilarity) },
        };
      }),
  };
}
