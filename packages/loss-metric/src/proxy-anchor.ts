import { type Loss, parseOptions, type Space } from "@contrastive/core";
import { stopGradient } from "@contrastive/ops";
import * as tf from "@tensorflow/tfjs-core";
import * as z from "zod";
import { classLoss } from "./class-loss.js";
import { atTarget, classMetrics, scaledCosines } from "./class-scores.js";

export interface ProxyAnchorOptions {
  readonly margin?: number;
  readonly scale?: number;
  readonly on?: Space;
}

const schema = z.strictObject({
  margin: z.number().min(0).default(0.1),
  scale: z.number().positive().default(32),
  on: z.enum(["representation", "projection"]).default("projection"),
});

export function proxyAnchor(given: ProxyAnchorOptions = {}): Loss {
  const options = parseOptions("loss", "proxy-anchor", schema, given);
  const { margin, scale } = options;
  return classLoss({
    name: "proxy-anchor",
    exported: "proxyAnchor",
    options,
    unitLength: true,
    vectors: { name: "proxies" },
    compute({ x, vectors, target }) {
      const cosines = scaledCosines(x, vectors, 1);
      const own = atTarget(cosines, target);
      const others = tf.sub(1, target) as tf.Tensor2D;
      const pull = softMaximum(tf.mul(tf.sub(cosines, margin), -scale), target);
      const push = softMaximum(tf.mul(tf.add(cosines, margin), scale), others);
      const present = tf.sum(tf.max(target, 0));
      return {
        loss: tf.add(tf.div(tf.sum(pull), present), tf.mean(push)),
        metrics: classMetrics(cosines, own, own),
      };
    },
  });
}

/** log(1 + Σ e^v) over the rows that the mask holds, for each column. */
function softMaximum(values: tf.Tensor2D, mask: tf.Tensor2D): tf.Tensor2D {
  const held = tf.add(values, tf.mul(tf.sub(mask, 1), 1e30));
  const most = tf.relu(tf.max(stopGradient(held), 0, true));
  const sum = tf.sum(tf.exp(tf.sub(held, most)), 0, true);
  return tf.add(tf.log(tf.add(sum, tf.exp(tf.neg(most)))), most);
}
