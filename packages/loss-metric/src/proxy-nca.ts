import { type Loss, parseOptions, type Space } from "@contrastive/core";
import * as tf from "@tensorflow/tfjs-core";
import * as z from "zod";
import { classCrossEntropy } from "./class-cross-entropy.js";
import { classLoss } from "./class-loss.js";
import { atTarget, classMetrics, scaledCosines } from "./class-scores.js";

export interface ProxyNcaOptions {
  /**
   * What squared distances are divided by; > 0, default 1/9, the best of the paper. The lower, the more the gradient comes from
   * rows near the border of two classes; at 1, where ProxyNCA was, classes stay loose.
   */
  readonly temperature?: number;
  /** What the loss is on; default `"projection"`. */
  readonly on?: Space;
}

const schema = z.strictObject({
  temperature: z
    .number()
    .positive()
    .default(1 / 9),
  on: z.enum(["representation", "projection"]).default("projection"),
});

/**
 * ProxyNCA++ of embeddings `[batch, views, dim]` of unit length with int32 labels `[batch]`: a row belongs to the proxy that
 * stands for its class, with a probability that falls with the squared distance. The loss is the mean over views of
 *
 *     −log( e^{−|x − p_y|² / T} / Σ_j e^{−|x − p_j|² / T} )
 *
 * the paper's proxy assignment probability at a low temperature: all proxies are in the sum, the own one too, which ProxyNCA left
 * out. |x − p|² is 2 − 2 x·p, so this is a softmax of 2 x·p / T.
 *
 * Its weights are `proxies` `[classes, dim]`, of which only the direction counts.
 *
 * Metrics: `accuracy`, the share of views whose own proxy is the nearest; `targetCosine`, the mean cosine of a view to it.
 *
 * Equals pytorch-metric-learning's ProxyNCALoss with `softmax_scale` 1 / temperature.
 *
 * Throws for an option that is wrong or unknown, in `init` for fewer than two classes, in `checkBatch` for labels that are
 * missing or out of range, and in `compute` without labels or weights.
 *
 * Teh et al. 2020, "ProxyNCA++: Revisiting and Revitalizing Proxy Neighborhood Component Analysis", arXiv 2004.01113.
 */
export function proxyNca(given: ProxyNcaOptions = {}): Loss {
  const options = parseOptions("loss", "proxy-nca", schema, given);
  const scale = 2 / options.temperature;
  return classLoss({
    name: "proxy-nca",
    exported: "proxyNca",
    options,
    unitLength: true,
    vectors: { name: "proxies" },
    compute({ x, vectors, labels, target }) {
      const logits = scaledCosines(x, vectors, scale);
      const cosine = tf.div<tf.Tensor2D>(atTarget(logits, target), scale);
      return { loss: classCrossEntropy(logits, target), metrics: classMetrics(logits, labels, cosine) };
    },
  });
}
