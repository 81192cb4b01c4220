import * as tf from "@tensorflow/tfjs-core";
import { areEqual } from "../contrastive-loss/pairs.js";
import { FAR, type PairMasks } from "../pairs/masks.js";
import type { TripletSumsAttributes } from "../triplet-sums.js";
import type { Triplets } from "./tile.js";

/** Of each anchor the least similar positive with the most similar negative; the first of equals. */
export function ofHardest(
  s: tf.Tensor2D,
  { positive, negative }: PairMasks,
  { margin, hinge }: TripletSumsAttributes,
): Triplets {
  const far = tf.fill(s.shape, FAR);
  const positives = tf.where(positive, s, far);
  const negatives = tf.where(negative, s, tf.neg(far));
  const possible = tf.logicalAnd(tf.any(positive, 1), tf.any(negative, 1));
  const u = tf.add(tf.sub(tf.max(negatives, 1), tf.min(positives, 1)), margin);
  const [value, slope] = hinge === "relu" ? [tf.relu(u), tf.step(u)] : [tf.softplus(u), tf.sigmoid(u)];
  const ofPossible = (x: tf.Tensor) => tf.where(possible, x, tf.zerosLike(x)) as tf.Tensor1D;
  const columns = tf.range(0, s.shape[1], 1, "int32");
  const chosen = [tf.argMin<tf.Tensor1D>(positives, 1), tf.argMax<tf.Tensor1D>(negatives, 1)].map((index) =>
    tf.cast(areEqual(index, columns), "float32"),
  );
  return {
    sums: ofPossible(value),
    active: tf.step(ofPossible(value)),
    possible: tf.cast(possible, "float32") as tf.Tensor1D,
    slopes: tf.mul(tf.add(chosen[0], chosen[1]) as tf.Tensor2D, tf.reshape(ofPossible(slope), [-1, 1])),
  };
}
