import { ContrastiveError, type Loss, parseOptions, type Space } from "@contrastive/core";
import { l2NormalizeViews, stopGradient } from "@contrastive/ops";
import * as tf from "@tensorflow/tfjs-core";
import * as z from "zod";
import { collapse } from "./collapse.js";
import { cosineToOtherViews } from "./cosine.js";
import { dimOf, embeddingsOf } from "./embeddings.js";
import { initialisePredictor, predict } from "./predictor.js";

export interface ByolOptions {
  /**
   * Width of the predictor's hidden layer. Default 1024, lightly's for CIFAR-10, which a small run can afford; the paper's is
   * 4096, with projections of 256.
   */
  readonly hidden?: number;
  /**
   * Multiplies the mean over ordered pairs of views; for SGD it is a factor of the learning rate. Default 2: the sum of both
   * directions, as in the paper.
   */
  readonly scale?: number;
  /** Which embeddings it takes. Default `"projection"`. */
  readonly on?: Space;
}

const schema = z.strictObject({
  hidden: z.int().positive().default(1024),
  scale: z.number().positive().default(2),
  on: z.enum(["representation", "projection"]).default("projection"),
});

/**
 * BYOL on raw embeddings `[batch, views, dim]`: a predictor q guesses from one view what the momentum encoder makes, z′,
 * of another.
 *
 *     L = ‖q(z)/‖q(z)‖ − z′/‖z′‖‖² = 2 − 2 cos(q(z), z′)                                   eq. 2
 *     loss = scale · the mean of L over samples and ordered pairs of different views
 *
 * With two views, and `scale` 2, that is the paper's sum of both directions. The loss is a cosine, and scales both sides to
 * unit length itself: the predictor takes embeddings as they are.
 *
 * The predictor is the loss's own: dim → hidden → dim with batch normalisation, by the statistics of each view, and a relu
 * on its hidden layer. Targets come from the momentum encoder that the trainer keeps.
 *
 * solo-learn's BYOL with two crops is `scale: 2`; lightly's NegativeCosineSimilarity averaged over both directions is
 * `scale: 0.5`, less 1.
 *
 * Metrics: `targetCosine`, the mean cosine of a prediction to its target; `spread`, about 1 where embeddings scaled to unit
 * length point in all directions and 0 where they are one; `positiveCosine` between embeddings of a sample's views.
 *
 * Throws for an option that is wrong or unknown, and, in `compute`, for fewer than two views or samples or without targets
 * or weights.
 *
 * Grill et al. 2020, "Bootstrap Your Own Latent: A New Approach to Self-Supervised Learning", arXiv 2006.07733.
 */
export function byol(given: ByolOptions = {}): Loss {
  const options = parseOptions("loss", "byol", schema, given);
  const { hidden, scale, on } = options;
  return {
    name: "byol",
    options,
    source: { module: "@contrastive/loss-self-supervised", export: "byol" },
    needs: { labels: "none", views: 2, on: [on], unitLength: false, targets: true },
    init: (rng, dims) => ({ weights: initialisePredictor(rng, dimOf("byol", dims, on), hidden) }),
    compute: (input) =>
      tf.tidy(() => {
        const embeddings = embeddingsOf("byol", input, on);
        const targets = input.targets?.[on];
        if (targets === undefined) {
          throw new ContrastiveError({
            who: 'loss "byol"',
            what: `compute needs targets.${on}, the embeddings of a momentum encoder`,
          });
        }
        const predictions = l2NormalizeViews(predict("byol", embeddings, input.weights));
        const targetCosine = cosineToOtherViews(predictions, l2NormalizeViews(stopGradient(targets)));
        return {
          loss: tf.mul<tf.Scalar>(tf.sub(2, tf.mul(targetCosine, 2)), scale),
          metrics: { targetCosine, ...collapse(l2NormalizeViews(stopGradient(embeddings))) },
        };
      }),
  };
}
