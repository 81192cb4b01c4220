import { ContrastiveError, type Loss, parseOptions } from "@contrastive/core";
import { contrastViews } from "@contrastive/ops";
import * as tf from "@tensorflow/tfjs-core";
import * as z from "zod";

export interface SimclrOptions {
  /**
   * τ > 0. Default 0.5, with which the authors train on CIFAR-10; they use 0.1 on ImageNet, where batches are
   * larger and training is shorter.
   */
  readonly temperature?: number;
}

const schema = z.strictObject({ temperature: z.number().positive().default(0.5) });

/**
 * The NT-Xent loss of projections `[batch, views, dim]` of unit length: the views of a sample attract each other,
 * those of all other samples repel. Labels play no part.
 *
 * With more than two views, an anchor's loss is the mean over its positives, all of which are in the denominator.
 *
 * Metric: `positiveCosine`, the mean cosine between views of a sample.
 *
 * Throws for an option that is wrong or unknown, and, in `compute`, for fewer than two views.
 *
 * Chen et al. 2020, "A Simple Framework for Contrastive Learning of Visual Representations", eq. 1, arXiv 2002.05709.
 */
export function simclr(given: SimclrOptions = {}): Loss {
  const options = parseOptions("loss", "simclr", schema, given);
  return {
    name: "simclr",
    options,
    source: { module: "@contrastive/loss-simclr", export: "simclr" },
    needs: { labels: "none", views: 2, on: ["projection"], unitLength: true, targets: false },
    compute: ({ embeddings: { projection } }) =>
      tf.tidy(() => {
        const views = projection?.shape[1];
        if (projection === undefined || views === undefined || views < 2) {
          throw new ContrastiveError({
            who: 'loss "simclr"',
            what: "embeddings.projection must have two views or more",
            got: projection?.shape,
          });
        }
        const { perAnchor, positiveSimilarity } = contrastViews(projection, undefined, {
          version: 1,
          temperature: options.temperature,
          summation: "outside",
          denominator: "all",
          positivesCap: -1,
          positives: "equal-label",
        });
        return {
          loss: tf.mean<tf.Scalar>(perAnchor),
          metrics: { positiveCosine: tf.mean<tf.Scalar>(positiveSimilarity) },
        };
      }),
  };
}
