import * as tf from "@tensorflow/tfjs-core";
import { complaint } from "./complaint.js";

/** The share of each class in each sample, `[batch, classes]`, and the class of the largest, `[batch]`. */
export function sharesOf(
  labels: tf.Tensor,
  shape: readonly [batch: number, classes: number],
  kind: "index" | "soft",
): { shares: tf.Tensor; largest: tf.Tensor } {
  const expected = kind === "soft" ? [...shape] : shape.slice(0, 1);
  if (!tf.util.arraysEqual(labels.shape, expected)) {
    throw complaint({ what: `labels must have shape [${expected}]`, got: labels.shape });
  }
  if (kind === "soft") return { shares: labels, largest: tf.argMax(labels, -1) };
  return { shares: tf.cast(tf.oneHot(labels, shape[1]), "float32"), largest: labels };
}

/** The target distribution (1 − ε) s + ε / classes. */
export function smooth(shares: tf.Tensor, labelSmoothing: number): tf.Tensor {
  if (labelSmoothing === 0) return shares;
  const classes = shares.shape[1]!;
  return tf.add(tf.mul(shares, 1 - labelSmoothing), labelSmoothing / classes);
}
