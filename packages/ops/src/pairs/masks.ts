import * as tf from "@tensorflow/tfjs-core";
import { areEqual } from "../contrastive-loss/pairs.js";

/** Stands for a similarity that there is none of. */
export const FAR = 1e30;

/** bool `[rows, n]`. */
export interface PairMasks {
  /** Same label, and not the row itself. */
  readonly positive: tf.Tensor2D;
  /** Another label. */
  readonly negative: tf.Tensor2D;
}

/** Which pairs of `rows` rows from `begin` on with all rows are what; `labels` int32 `[n]`. */
export function pairMasks(labels: tf.Tensor1D, begin: number, rows: number): PairMasks {
  const indices = tf.range(0, labels.size, 1, "int32");
  const own = (x: tf.Tensor1D) => tf.slice1d(x, begin, rows);
  const sameLabel = areEqual(own(labels), labels) as tf.Tensor2D;
  const self = areEqual(own(indices), indices);
  return {
    positive: tf.logicalAnd(sameLabel, tf.logicalNot(self)),
    negative: tf.logicalNot(sameLabel),
  };
}

/** How many of each row the mask has. */
export function countOf(mask: tf.Tensor): tf.Tensor1D {
  return tf.sum(tf.cast(mask, "float32"), 1);
}
