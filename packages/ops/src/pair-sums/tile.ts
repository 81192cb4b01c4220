import * as tf from "@tensorflow/tfjs-core";
import { masked, zeroUnless } from "../contrastive-loss/pairs.js";
import { defineOp } from "../op.js";
import type { PairSumsAttributes, PairSumsStatistics, PairTerm } from "../pair-sums.js";
import { countOf, FAR, type PairMasks, pairMasks } from "../pairs/masks.js";
import { forcesOf, similarities } from "../pairs/similarity.js";

export interface PairTileAttributes extends PairSumsAttributes {
  /** The first of the tile's rows. */
  readonly begin: number;
}

/** Products `[rows, n]`, squared lengths `[n]`, labels int32 `[n]`. */
export type PairTileInputs = { products: tf.Tensor2D; squares: tf.Tensor1D; labels: tf.Tensor1D };

/** All outputs of `PairSums` for some rows, in their order. */
export const pairSumsOfTile = defineOp<PairTileInputs, PairTileAttributes>({
  name: "PairSumsOfTile",
  reference({ products, squares, labels }, attributes) {
    const { begin, similarity } = attributes;
    const s = similarities(products, squares, begin, similarity);
    const masks = pairMasks(labels, begin, products.shape[0]);
    const leastPositive = tf.min<tf.Tensor1D>(unless(masks.positive, s, FAR), 1);
    const largestNegative = tf.max<tf.Tensor1D>(unless(masks.negative, s, -FAR), 1);
    const kept = mined(s, masks, column(leastPositive), column(largestNegative), attributes);
    const [positives, positiveCount] = summed(
      exponent(s, attributes.positives, -1),
      kept.positive,
      attributes,
    );
    const [negatives, negativeCount] = summed(
      exponent(s, attributes.negatives, 1),
      kept.negative,
      attributes,
    );
    return [positives, negatives, positiveCount, negativeCount, leastPositive, largestNegative];
  },
});

/** The forces of a tile's pairs on its rows, `[rows, n]`, from both ends of each pair; statistics are of all rows. */
export const pairSumsOfTileGrad = defineOp<PairTileInputs & PairSumsStatistics, PairTileAttributes>({
  name: "PairSumsOfTileGrad",
  reference({ products, squares, labels, ...statistics }, attributes) {
    const { begin, similarity } = attributes;
    const [rows] = products.shape;
    const s = similarities(products, squares, begin, similarity);
    const masks = pairMasks(labels, begin, rows);
    const atRow = (x: tf.Tensor1D) => column(tf.slice1d(x, begin, rows));

    const slopes = [atRow, atOther].flatMap((at) => {
      const { dPositives, dNegatives, positives, negatives } = statistics;
      const { leastPositive, largestNegative } = statistics;
      const kept = mined(s, masks, at(leastPositive), at(largestNegative), attributes);
      return [
        zeroUnless(
          kept.positive,
          slope(s, attributes.positives, -1, at(dPositives), at(positives), attributes),
        ),
        zeroUnless(
          kept.negative,
          slope(s, attributes.negatives, 1, at(dNegatives), at(negatives), attributes),
        ),
      ];
    });
    return [forcesOf(tf.addN(slopes), s, similarity)];
  },
});

function mined(
  s: tf.Tensor2D,
  { positive, negative }: PairMasks,
  leastPositive: tf.Tensor,
  largestNegative: tf.Tensor,
  { mining }: PairSumsAttributes,
): PairMasks {
  if (mining === Infinity) return { positive, negative };
  return {
    positive: tf.logicalAnd(positive, tf.less(s, tf.add(largestNegative, mining))),
    negative: tf.logicalAnd(negative, tf.greater(s, tf.sub(leastPositive, mining))),
  };
}

/** u, with `sign` −1 for positives and 1 for negatives. */
function exponent(s: tf.Tensor, term: PairTerm, sign: number): tf.Tensor {
  return tf.mul(tf.mul(tf.sub(s, term.margin), weight(s, term, sign)), sign);
}

/** scale · w */
function weight(s: tf.Tensor, { scale, pivot }: PairTerm, sign: number): tf.Tensor | number {
  if (pivot === undefined) return scale;
  return tf.mul(tf.relu(tf.mul(tf.sub(s, pivot), sign)), scale);
}

/** The sum over each row, and how many have a part in it. */
function summed(
  u: tf.Tensor,
  kept: tf.Tensor,
  { sum }: PairSumsAttributes,
): [sum: tf.Tensor1D, count: tf.Tensor1D] {
  if (sum === "log-sum-exp") {
    const exponents = masked(u, kept);
    const top = tf.max(exponents, 1, true);
    const powers = zeroUnless(kept, tf.exp(tf.sub(exponents, top)));
    // Of nothing the maximum is what stands for minus infinity.
    const logarithm = tf.log(tf.maximum(tf.sum(powers, 1), 1));
    return [tf.add(logarithm, tf.reshape(top, [-1])) as tf.Tensor1D, countOf(kept)];
  }
  const hinges = zeroUnless(kept, tf.relu(u));
  const powers = sum === "hinges" ? hinges : tf.square(hinges);
  return [tf.sum<tf.Tensor1D>(powers, 1), countOf(tf.greater(hinges, 0))];
}

/** ∂loss/∂s where the sum, whose gradient is `dSum`, is of one end of the pair. */
function slope(
  s: tf.Tensor,
  term: PairTerm,
  sign: number,
  dSum: tf.Tensor,
  sum: tf.Tensor,
  attributes: PairSumsAttributes,
): tf.Tensor {
  const u = exponent(s, term, sign);
  const perExponent = {
    hinges: () => tf.step(u),
    "squared-hinges": () => tf.mul(tf.relu(u), 2),
    // Of what is not kept it may be infinite.
    "log-sum-exp": () => tf.exp(tf.sub(u, sum)),
  }[attributes.sum]();
  return tf.mul(tf.mul(tf.mul(weight(s, term, sign), perExponent), dSum), sign);
}

function atOther(x: tf.Tensor1D): tf.Tensor {
  return tf.reshape(x, [1, -1]);
}

function column(x: tf.Tensor1D): tf.Tensor {
  return tf.reshape(x, [-1, 1]);
}

function unless(mask: tf.Tensor, x: tf.Tensor, otherwise: number): tf.Tensor {
  return tf.where(mask, x, tf.fill(x.shape, otherwise));
}
