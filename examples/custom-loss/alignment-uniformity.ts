import { type Loss, parseOptions } from "@contrastive/core";
import * as tf from "@tensorflow/tfjs-core";
import * as z from "zod";

export interface AlignmentUniformityOptions {
  /** Of uniformity beside alignment; default 1. */
  readonly weight?: number;
  /** t of the Gaussian potential; default 2, as the authors. */
  readonly t?: number;
}

const schema = z.strictObject({
  weight: z.number().min(0).default(1),
  t: z.number().positive().default(2),
});

/**
 * Views of a sample lie close together, all samples are spread over the sphere.
 *
 * Wang and Isola 2020 (arXiv 2005.10242), with two views:
 * E ‖x − y‖² + weight · (log E e^{−t‖x − x'‖²} + log E e^{−t‖y − y'‖²}) / 2.
 */
export function alignmentUniformity(given: AlignmentUniformityOptions = {}): Loss {
  const options = parseOptions("loss", "alignment-uniformity", schema, given);
  return {
    name: "alignment-uniformity",
    options,
    source: { module: "./alignment-uniformity.ts", export: "alignmentUniformity" },
    needs: { labels: "none", views: 2, on: ["projection"], unitLength: true, targets: false },
    compute: ({ embeddings }) =>
      tf.tidy(() => {
        const [x, y] = tf.unstack(embeddings.projection!, 1) as tf.Tensor2D[];
        const alignment = tf.mean<tf.Scalar>(tf.sum(tf.square(tf.sub(x, y)), 1));
        const uniformity = tf.div<tf.Scalar>(
          tf.add(logPotential(x, options.t), logPotential(y, options.t)),
          2,
        );
        const loss = tf.add<tf.Scalar>(alignment, tf.mul(options.weight, uniformity));
        return { loss, metrics: { alignment, uniformity } };
      }),
  };
}

/** log of the mean of e^{−t‖u_i − u_j‖²} over pairs i ≠ j; for unit vectors ‖u_i − u_j‖² = 2 − 2 u_i·u_j. */
function logPotential(u: tf.Tensor2D, t: number): tf.Scalar {
  const n = u.shape[0];
  const exponents = tf.mul(2 * t, tf.sub(tf.matMul(u, u, false, true), 1));
  const others = tf.sub(exponents, tf.mul(tf.eye(n), 1e9));
  return tf.sub(tf.logSumExp(others), Math.log(n * (n - 1)));
}

export const plugins = { loss: { "alignment-uniformity": alignmentUniformity } };
