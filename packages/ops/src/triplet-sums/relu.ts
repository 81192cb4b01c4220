import * as tf from "@tensorflow/tfjs-core";
import { countOf, FAR, type PairMasks } from "../pairs/masks.js";
import type { TripletSumsAttributes } from "../triplet-sums.js";
import type { Triplets } from "./tile.js";

/** All triplets, or the semi-hard ones, under max(0, u): counted in sorted rows. */
export function ofAll(
  s: tf.Tensor2D,
  { positive, negative }: PairMasks,
  { margin, mining }: TripletSumsAttributes,
): Triplets {
  const far = tf.fill(s.shape, FAR);
  // A triplet is active if its negative is beyond its positive's threshold.
  const thresholds = tf.sub(s, margin);
  const sortedThresholds = ascending(tf.where(positive, thresholds, far));
  const sortedNegatives = ascending(tf.where(negative, s, tf.neg(far)));
  let perPositive = tf.sub(s.shape[1], tf.upperBound(sortedNegatives, thresholds));
  let perNegative: tf.Tensor = tf.lowerBound(sortedThresholds, s);
  if (mining === "semi-hard") {
    // Without those whose negative is as similar as the positive, or more.
    const sortedPositives = ascending(tf.where(positive, s, far));
    perPositive = tf.sub(perPositive, tf.sub(s.shape[1], tf.lowerBound(sortedNegatives, s)));
    perNegative = tf.sub(perNegative, tf.upperBound(sortedPositives, s));
  }
  const zero = tf.zerosLike(s);
  // A margin that rounding swallows would make less than nothing of equal similarities.
  const counts = (mask: tf.Tensor, count: tf.Tensor) =>
    tf.where(mask, tf.relu(tf.cast(count, "float32")), zero) as tf.Tensor2D;
  const [ofPositives, ofNegatives] = [counts(positive, perPositive), counts(negative, perNegative)];
  // The counts of both have one sum, so that a constant adds nothing; this one leaves little to cancel.
  const most = tf.max(tf.where(negative, s, tf.neg(far)), 1, true);
  const fromMost = (x: tf.Tensor) => tf.sub(x, most);
  return {
    sums: tf.sum(tf.sub(tf.mul(ofNegatives, fromMost(s)), tf.mul(ofPositives, fromMost(thresholds))), 1),
    active: tf.sum(ofPositives, 1),
    possible: tf.mul(countOf(positive), countOf(negative)),
    slopes: tf.add(ofPositives, ofNegatives),
  };
}

function ascending(x: tf.Tensor): tf.Tensor {
  return tf.neg(tf.topk(tf.neg(x), x.shape[1], true).values);
}
