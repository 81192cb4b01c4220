import { type Loss, parseOptions, type Space } from "@contrastive/core";
import { stopGradient } from "@contrastive/ops";
import * as tf from "@tensorflow/tfjs-core";
import * as z from "zod";
import { embeddingsOf } from "./embeddings.js";
import { sumOfAll } from "./views.js";

export interface VicRegOptions {
  /** λ ≥ 0: how strongly views of a sample are pulled together. Default 25, as in the paper. */
  readonly invariance?: number;
  /**
   * μ ≥ 0: how strongly an axis is stretched whose standard deviation over the batch is below 1; it is what keeps embeddings
   * from collapsing, so keep it near `invariance`. Default 25.
   */
  readonly variance?: number;
  /** ν ≥ 0: how strongly different axes are made uncorrelated. Default 1. */
  readonly covariance?: number;
  /** Added to the variance: the pull on an axis without any is bounded by its root. Default 1e-4. */
  readonly epsilon?: number;
  /** Which embeddings it takes. Default `"projection"`. */
  readonly on?: Space;
}

const schema = z.strictObject({
  invariance: z.number().min(0).default(25),
  variance: z.number().min(0).default(25),
  covariance: z.number().min(0).default(1),
  epsilon: z.number().min(1e-12).default(1e-4),
  on: z.enum(["representation", "projection"]).default("projection"),
});

/**
 * VICReg on raw embeddings `[batch, views, dim]`: views of a sample are pulled together, each axis is kept from
 * shrinking, and axes are made uncorrelated, in each view by itself.
 *
 *     s(Z, Z′) = mean over samples and axes of (z − z′)²                                         eq. 5, divided by dim
 *     v(Z) = mean over axes of max(0, 1 − √(variance + ε))                                       eq. 1 and 2
 *     c(Z) = 1/dim Σ_i Σ_{j≠i} covariance_ij²                                                    eq. 3 and 4
 *     loss = λ s(Z, Z′) + μ (v(Z) + v(Z′)) / 2 + ν (c(Z) + c(Z′))                                 eq. 6, but for the / 2
 *
 * The variance and the covariance are unbiased. With more than two views it is the mean over pairs of views. The two
 * divisions that the paper does not have are those of the authors' code, which the coefficients belong to.
 *
 * lightly's VICRegLoss is this by default: `lambda_param` is `invariance`, `mu_param` `variance`, `nu_param` `covariance`.
 * solo-learn's vicreg_loss_func adds up v(Z) + v(Z′): its `var_loss_weight` is half of our `variance`, so its default is 50.
 *
 * Metrics: the terms `invariance` (s), `variance` (mean v) and `covariance` (mean c). Where embeddings have collapsed
 * `variance` is near 1.
 *
 * Throws for an option that is wrong or unknown, and, in `compute`, for fewer than two views or samples.
 *
 * Bardes, Ponce and LeCun 2021, "VICReg: Variance-Invariance-Covariance Regularization for Self-Supervised Learning", arXiv
 * 2105.04906.
 */
export function vicReg(given: VicRegOptions = {}): Loss {
  const options = parseOptions("loss", "vicreg", schema, given);
  const { on, epsilon } = options;
  return {
    name: "vicreg",
    options,
    source: { module: "@contrastive/loss-self-supervised", export: "vicReg" },
    needs: { labels: "none", views: 2, on: [on], unitLength: false, targets: false },
    compute: (input) =>
      tf.tidy(() => {
        const embeddings = embeddingsOf("vicreg", input, on);
        const [batch, views, dim] = embeddings.shape;
        const byView = tf.transpose(embeddings, [1, 0, 2]);
        // The mean over pairs of (z − z′)² is twice the variance over views.
        const apart = tf.square(centred(byView, 0));
        const invariance = tf.div<tf.Scalar>(sumOfAll(apart), (batch * dim * (views - 1)) / 2);
        const z = centred(byView, 1);
        const covariances = tf.div(tf.matMul(z, z, true), batch - 1);
        const identity = tf.eye(dim);
        const variances = tf.sum(tf.mul(covariances, identity), -1);
        const variance = tf.mean<tf.Scalar>(tf.relu(tf.sub(1, tf.sqrt(tf.add(variances, epsilon)))));
        const offDiagonal = tf.mul(tf.square(covariances), tf.sub(1, identity));
        const covariance = tf.div<tf.Scalar>(sumOfAll(offDiagonal), views * dim);
        const terms = [
          tf.mul(invariance, options.invariance),
          tf.mul(variance, options.variance),
          // The sum over a pair.
          tf.mul(covariance, 2 * options.covariance),
        ];
        return {
          loss: tf.addN(terms) as tf.Scalar,
          metrics: { invariance, variance, covariance },
        };
      }),
  };
}

/** `[views, batch, dim]` less its mean over an axis. */
function centred(x: tf.Tensor3D, axis: 0 | 1): tf.Tensor3D {
  const mean = tf.div(tf.sum(x, axis, true), x.shape[axis]);
  // Held constant: what flows back through it, the gradient's own mean over the axis, is 0 in both of its uses.
  return tf.sub(x, stopGradient(mean));
}
