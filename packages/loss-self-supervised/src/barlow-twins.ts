import { type Loss, parseOptions, type Space } from "@contrastive/core";
import { batchNormTraining } from "@contrastive/ops";
import * as tf from "@tensorflow/tfjs-core";
import * as z from "zod";
import { embeddingsOf } from "./embeddings.js";
import { meanOf, pairsOf, splitColumns, sumOfAll, viewsAsColumns } from "./views.js";

export interface BarlowTwinsOptions {
  /**
   * λ ≥ 0, the weight of an element off the diagonal against one on it. More of it makes axes less redundant and views
   * less alike. There are dim − 1 times as many of them: a narrow projection bears more. Default 5e-3, the paper's, for
   * 8,192 axes; the authors' code has 0.0051.
   */
  readonly lambda?: number;
  /**
   * Multiplies the loss, which grows with dim; for SGD it is a factor of the learning rate. Default 0.024, as in the authors'
   * first code; today's has none, but a learning rate of biases that is 0.024 times that of weights, and comes to the same
   * under LARS. 1 gives eq. 1 as it stands.
   */
  readonly scale?: number;
  /** Which embeddings it takes. Default `"projection"`. */
  readonly on?: Space;
}

const schema = z.strictObject({
  lambda: z.number().min(0).default(5e-3),
  scale: z.number().positive().default(0.024),
  on: z.enum(["representation", "projection"]).default("projection"),
});

/**
 * Barlow Twins on raw embeddings `[batch, views, dim]`: the correlation, over the batch, of axis i in one view with axis j
 * in the other is to be 1 for i = j, and 0 otherwise.
 *
 *     C_ij = mean over the batch of ẑᴬ_i ẑᴮ_j,   ẑ = (z − mean) / √(variance + 1e-5), by view and axis     eq. 2
 *     loss = scale (Σ_i (1 − C_ii)² + λ Σ_i Σ_{j≠i} C_ij²)                                              eq. 1
 *
 * With more than two views it is the mean over pairs of views. The 1e-5 under the root is that of the authors'
 * batch normalisation; the paper has none.
 *
 * lightly's BarlowTwinsLoss is `scale: 1`; solo-learn's barlow_loss_func `scale: 0.025`, and 0.1 in its recipe for CIFAR.
 *
 * Metrics: `invariance` and `redundancy`, the two sums of eq. 1 as they stand. Where embeddings have collapsed `invariance` is
 * dim.
 *
 * Throws for an option that is wrong or unknown, and, in `compute`, for fewer than two views or samples.
 *
 * Zbontar et al. 2021, "Barlow Twins: Self-Supervised Learning via Redundancy Reduction", arXiv 2103.03230.
 */
export function barlowTwins(given: BarlowTwinsOptions = {}): Loss {
  const options = parseOptions("loss", "barlow-twins", schema, given);
  const { lambda, scale, on } = options;
  return {
    name: "barlow-twins",
    options,
    source: { module: "@contrastive/loss-self-supervised", export: "barlowTwins" },
    needs: { labels: "none", views: 2, on: [on], unitLength: false, targets: false },
    compute: (input) =>
      tf.tidy(() => {
        const embeddings = embeddingsOf("barlow-twins", input, on);
        const [batch, views, dim] = embeddings.shape;
        const pairs = pairsOf(splitColumns(standardised(viewsAsColumns(embeddings)), views));
        const identity = tf.eye(dim);
        const squares = pairs.map(([a, b]) =>
          tf.square(tf.sub(tf.div(tf.matMul(a, b, true), batch), identity)),
        );
        const invariance = meanOf(squares.map((square) => sumOfAll(tf.mul(square, identity))));
        const redundancy = meanOf(squares.map((square) => sumOfAll(tf.mul(square, tf.sub(1, identity)))));
        return {
          loss: tf.mul<tf.Scalar>(tf.add(invariance, tf.mul(redundancy, lambda)), scale),
          metrics: { invariance, redundancy },
        };
      }),
  };
}

/** Every column with mean 0 and variance 1. */
function standardised(x: tf.Tensor2D): tf.Tensor2D {
  const columns = x.shape[1];
  return batchNormTraining({ x, scale: tf.ones([columns]), offset: tf.zeros([columns]) }, { epsilon: 1e-5 })
    .y;
}
