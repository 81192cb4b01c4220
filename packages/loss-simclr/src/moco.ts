import { ContrastiveError, type Loss, type LossInput, parseOptions, type Rng } from "@contrastive/core";
import { enqueue, logSumExpProducts } from "@contrastive/ops";
import * as tf from "@tensorflow/tfjs-core";
import * as z from "zod";
import { on, type OnOption } from "./options.js";
import { viewsOf } from "./views.js";

export interface MocoOptions extends OnOption {
  /**
   * τ > 0. The smaller, the more of the gradient goes to the keys nearest to the query. Default 0.07, as in the paper;
   * MoCo v2 (2003.04297) uses 0.2 with its head and stronger augmentation.
   */
  readonly temperature?: number;
  /**
   * How many past keys are negatives. Default 4096, where the authors found it saturated on the 50,000 images of
   * CIFAR-10; the paper's 65,536 are for the 1.28 million of ImageNet. Keep it well below the size of the dataset, or
   * samples meet their own keys of the last epoch as negatives.
   */
  readonly size?: number;
  /**
   * Whether all views are queries, and not the first alone. Default false, as in the paper. True has the loss in both
   * directions: since both encoders see all views anyway, twice the gradient for the same work.
   */
  readonly symmetric?: boolean;
}

const schema = z.strictObject({
  temperature: z.number().positive().default(0.07),
  size: z.int().min(1).default(4096),
  symmetric: z.boolean().default(false),
  on,
});

/**
 * InfoNCE against a queue: a view, the query, is told apart from past samples by its likeness to another view of the
 * same sample, the key, that a slowly moving copy of the encoder embedded (`targets`).
 *
 *     loss = −log(e^{q·k₊ / τ} / (e^{q·k₊ / τ} + Σ_{k∈queue} e^{q·k / τ}))                                 eq. 1
 *
 * Embeddings and targets are `[batch, views, dim]`, of unit length. The first view is the query and the others are its
 * keys, or, `symmetric`, every view a query and all the others its keys; the loss is the mean over the pairs of both.
 * (The authors' symmetric demo on CIFAR-10 adds the two directions up: twice this loss.) Keys have no gradient.
 *
 * Buffer: `queue` `[size, dim]`, of random directions at first. After each step, the batch's keys take the place of
 * the oldest. No [batch, size] matrix is ever held.
 *
 * Metric: `positiveCosine`, the mean cosine of query and key.
 *
 * Throws for an option that is wrong or unknown, and, in `compute`, for fewer than two views or without targets or queue.
 *
 * He et al. 2020, "Momentum Contrast for Unsupervised Visual Representation Learning", arXiv 1911.05722.
 */
export function moco(given: MocoOptions = {}): Loss {
  const options = parseOptions("loss", "moco", schema, given);
  const { temperature, size, symmetric } = options;
  return {
    name: "moco",
    options,
    source: { module: "@contrastive/loss-simclr", export: "moco" },
    needs: { labels: "none", views: 2, on: [options.on], unitLength: true, targets: true },
    init: (rng, dims) => ({
      buffers: { queue: randomDirections(rng.fork("queue"), size, dims[options.on]) },
    }),
    compute: (input) =>
      tf.tidy(() => {
        const all = viewsOf("moco", input, "embeddings", options.on);
        const keys = viewsOf("moco", input, "targets", options.on);
        const queue = queueOf(input);
        const [batch, views, dim] = keys.shape;
        const queries = symmetric ? all : tf.slice3d(all, [0, 0, 0], [batch, 1, dim]);
        const [, perSample] = queries.shape;
        const rows = tf.reshape<tf.Rank.R2>(queries, [batch * perSample, dim]);

        const cosines = tf.matMul(queries, keys, false, true); // [batch, queries, keys]
        const logNegatives = tf.reshape(logSumExpProducts(rows, queue, temperature), [batch, perSample, 1]);
        const losses = tf.softplus(tf.sub(logNegatives, tf.div(cosines, temperature))); // eq. 1

        // A view is no positive of its own.
        const isPair = tf.sub(1, tf.eye(perSample, views));
        const pairs = batch * perSample * (views - 1);
        const ofPairs = (x: tf.Tensor) => tf.div<tf.Scalar>(tf.sum(tf.mul(x, isPair)), pairs);
        const first = symmetric ? 0 : 1;
        const used = tf.slice3d(keys, [0, first, 0], [batch, views - first, dim]);
        return {
          loss: ofPairs(losses),
          buffers: { queue: enqueue(queue, tf.reshape<tf.Rank.R2>(used, [batch * (views - first), dim])) },
          metrics: { positiveCosine: ofPairs(cosines) },
        };
      }),
  };
}

/** Uniform on the sphere, as the reference fills its queue. */
function randomDirections(rng: Rng, size: number, dim: number | undefined): tf.Tensor2D {
  if (dim === undefined) {
    throw new ContrastiveError({ who: 'loss "moco"', what: "init needs the size of the embeddings" });
  }
  const rows = Float32Array.from({ length: size * dim }, () => rng.normal());
  for (let at = 0; at < rows.length; at += dim) {
    const row = rows.subarray(at, at + dim);
    const norm = Math.hypot(...row);
    row.forEach((v, k) => (row[k] = v / norm));
  }
  return tf.tensor2d(rows, [size, dim]);
}

function queueOf({ buffers: { queue } }: LossInput): tf.Tensor2D {
  if (queue === undefined) {
    throw new ContrastiveError({
      who: 'loss "moco"',
      what: "compute needs the buffer that init made: queue",
    });
  }
  return queue as tf.Tensor2D;
}
