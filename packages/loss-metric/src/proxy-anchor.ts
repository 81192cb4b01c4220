import { type Loss, parseOptions, type Space } from "@contrastive/core";
import { stopGradient } from "@contrastive/ops";
import * as tf from "@tensorflow/tfjs-core";
import * as z from "zod";
import { classLoss } from "./class-loss.js";
import { atTarget, classMetrics, scaledCosines } from "./class-scores.js";

export interface ProxyAnchorOptions {
  /**
   * δ >= 0, default 0.1, as the paper's: rows of a proxy's class are pulled beyond the cosine δ, others pushed below −δ.
   * Around these borders the gradient falls off, the more steeply the larger the scale.
   */
  readonly margin?: number;
  /**
   * α > 0, default 32, as the paper's. It is how sharply hard rows stand out: at 1 all are pulled and pushed nearly alike, and
   * as it grows those furthest off get the whole of a proxy's gradient.
   */
  readonly scale?: number;
  /** What the loss is on; default `"projection"`. */
  readonly on?: Space;
}

const schema = z.strictObject({
  margin: z.number().min(0).default(0.1),
  scale: z.number().positive().default(32),
  on: z.enum(["representation", "projection"]).default("projection"),
});

/**
 * Proxy-Anchor of embeddings `[batch, views, dim]` of unit length with int32 labels `[batch]`: each class's proxy is an anchor
 * that pulls the rows of its class and pushes all others, the hard ones most.
 *
 *     loss = 1/|P⁺| Σ_{p∈P⁺} log(1 + Σ_{x of p's class} e^{−α (x·p − δ)}) + 1/|P| Σ_{p∈P} log(1 + Σ_{other x} e^{α (x·p + δ)})
 *
 * (eq. 4) with P all proxies and P⁺ those whose class is in the batch. What a row gets depends on the batch's other rows, as in
 * losses on pairs, at the cost of a classifier.
 *
 * Its weights are `proxies` `[classes, dim]`, of which only the direction counts.
 *
 * Metrics: `accuracy`, the share of views whose own proxy is the nearest; `targetCosine`, the mean cosine of a view to it.
 *
 * Equals pytorch-metric-learning's ProxyAnchorLoss, with its `alpha` as scale.
 *
 * Throws for an option that is wrong or unknown, in `init` for fewer than two classes, in `checkBatch` for labels that are
 * missing or out of range, and in `compute` without labels or weights.
 *
 * Kim et al. 2020, "Proxy Anchor Loss for Deep Metric Learning", arXiv 2003.13911.
 */
export function proxyAnchor(given: ProxyAnchorOptions = {}): Loss {
  const options = parseOptions("loss", "proxy-anchor", schema, given);
  const { margin, scale } = options;
  return classLoss({
    name: "proxy-anchor",
    exported: "proxyAnchor",
    options,
    unitLength: true,
    vectors: { name: "proxies" },
    compute({ x, vectors, labels, target }) {
      const cosines = scaledCosines(x, vectors, 1);
      const others = tf.sub(1, target);
      const pull = logOnePlusSum(tf.mul(tf.sub(cosines, margin), -scale), target);
      const push = logOnePlusSum(tf.mul(tf.add(cosines, margin), scale), others);
      const present = tf.sum(tf.max(target, 0));
      return {
        loss: tf.add<tf.Scalar>(tf.div(tf.sum(pull), present), tf.mean(push)),
        metrics: classMetrics(cosines, labels, atTarget(cosines, target)),
      };
    },
  });
}

/** log(1 + Σ e^v) of each column `[rows, classes]`, over the rows where the mask is 1. */
function logOnePlusSum(values: tf.Tensor, mask: tf.Tensor): tf.Tensor {
  const masked = tf.add(values, tf.mul(tf.sub(mask, 1), 1e30));
  // The 1 is e^0.
  const largest = tf.relu(tf.max(stopGradient(masked), 0, true));
  const sum = tf.sum(tf.exp(tf.sub(masked, largest)), 0, true);
  return tf.add(tf.log(tf.add(sum, tf.exp(tf.neg(largest)))), largest);
}
