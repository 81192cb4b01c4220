import * as tf from "@tensorflow/tfjs-core";
import { tiles } from "../contrastive-loss/tiles.js";
import { countOf, type PairMasks } from "../pairs/masks.js";
import type { TripletSumsAttributes } from "../triplet-sums.js";
import type { Triplets } from "./tile.js";

/** Of a block of triplets: 16 MiB for each of its tensors. */
const ELEMENTS = 2 ** 22;

/** All triplets under the softplus, one by one, some columns of positives at a time. */
export function ofAllSoftly(
  s: tf.Tensor2D,
  { positive, negative }: PairMasks,
  { margin }: TripletSumsAttributes,
): Triplets {
  const [rows, n] = s.shape;
  const columns = Math.max(1, Math.floor(ELEMENTS / (rows * n)));
  const parts: tf.Tensor2D[] = [];
  let sums = tf.zeros<tf.Rank.R1>([rows]);
  let perNegative = tf.zerosLike(s);
  for (const { begin, rows: count } of tiles(n, columns)) {
    const before = [sums, perNegative];
    const ofPositives = (x: tf.Tensor2D) =>
      tf.reshape(tf.slice2d(x, [0, begin], [rows, count]), [rows, count, 1]);
    const ofNegatives = (x: tf.Tensor2D) => tf.reshape(x, [rows, 1, n]);
    const [sum, toPositives, toNegatives] = tf.tidy(() => {
      const u = tf.add(tf.sub(ofNegatives(s), ofPositives(s)), margin);
      const triplet = tf.logicalAnd(ofPositives(positive), ofNegatives(negative));
      const ofTriplets = (x: tf.Tensor) => tf.where(triplet, x, tf.zerosLike(x));
      const slopes = ofTriplets(tf.sigmoid(u));
      return [
        tf.add(sums, tf.sum(ofTriplets(tf.softplus(u)), [1, 2])),
        tf.sum(slopes, 2),
        tf.add(perNegative, tf.sum(slopes, 1)),
      ];
    });
    tf.dispose(before);
    sums = sum as tf.Tensor1D;
    perNegative = toNegatives as tf.Tensor2D;
    parts.push(toPositives as tf.Tensor2D);
  }
  const possible = tf.mul<tf.Tensor1D>(countOf(positive), countOf(negative));
  return { sums, active: possible, possible, slopes: tf.add(tf.concat2d(parts, 1), perNegative) };
}
