import { type Loss, parseOptions, type Space } from "@contrastive/core";
import { l2NormalizeViews, stopGradient } from "@contrastive/ops";
import * as tf from "@tensorflow/tfjs-core";
import * as z from "zod";
import { collapse } from "./collapse.js";
import { cosineToOtherViews } from "./cosine.js";
import { dimOf, embeddingsOf } from "./embeddings.js";
import { initialisePredictor, predict } from "./predictor.js";

export interface SimSiamOptions {
  /**
   * Width of the predictor's hidden layer. Default `"quarter"`, a quarter of dim, as in the paper, where a predictor as wide
   * as its input did worse; on narrow projections half of dim is used too.
   */
  readonly hidden?: number | "quarter";
  /** Which embeddings it takes. Default `"projection"`. */
  readonly on?: Space;
}

const schema = z.strictObject({
  hidden: z.union([z.int().positive(), z.literal("quarter")]).default("quarter"),
  on: z.enum(["representation", "projection"]).default("projection"),
});

/**
 * SimSiam on raw embeddings `[batch, views, dim]`: a predictor h guesses from one view the embedding z of another, which
 * is held constant.
 *
 *     D(p, z) = −cos(p, z),   p = h(z)                                                      eq. 1
 *     loss = D(p₁, stopgrad(z₂)) / 2 + D(p₂, stopgrad(z₁)) / 2                                eq. 4
 *
 * With more than two views it is the mean over ordered pairs of views. The loss is a cosine, and scales both sides to unit
 * length itself: the predictor takes embeddings as they are.
 *
 * The predictor is the loss's own: dim → hidden → dim with batch normalisation, by the statistics of each view, and a relu
 * on its hidden layer. The paper's projection head has three layers with batch normalisation, on its output too.
 *
 * The same as lightly's NegativeCosineSimilarity averaged over both directions, and as solo-learn's SimSiam.
 *
 * Metrics: `spread`, the paper's measure of collapse times √dim: about 1 where embeddings scaled to unit length point in all
 * directions and 0 where they are one; `positiveCosine` between embeddings of a sample's views.
 *
 * Throws for an option that is wrong or unknown, and, in `compute`, for fewer than two views or samples or without weights.
 *
 * Chen and He 2020, "Exploring Simple Siamese Representation Learning", arXiv 2011.10566.
 */
export function simSiam(given: SimSiamOptions = {}): Loss {
  const options = parseOptions("loss", "simsiam", schema, given);
  const { hidden, on } = options;
  return {
    name: "simsiam",
    options,
    source: { module: "@contrastive/loss-self-supervised", export: "simSiam" },
    needs: { labels: "none", views: 2, on: [on], unitLength: false, targets: false },
    init: (rng, dims) => {
      const dim = dimOf("simsiam", dims, on);
      const width = hidden === "quarter" ? Math.ceil(dim / 4) : hidden;
      return { weights: initialisePredictor(rng, dim, width) };
    },
    compute: (input) =>
      tf.tidy(() => {
        const embeddings = embeddingsOf("simsiam", input, on);
        const predictions = l2NormalizeViews(predict("simsiam", embeddings, input.weights));
        const targets = l2NormalizeViews(stopGradient(embeddings));
        return {
          loss: tf.neg(cosineToOtherViews(predictions, targets)),
          metrics: collapse(targets),
        };
      }),
  };
}
