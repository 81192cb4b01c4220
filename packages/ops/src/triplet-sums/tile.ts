import * as tf from "@tensorflow/tfjs-core";
import { defineOp } from "../op.js";
import type { PairTileInputs } from "../pair-sums/tile.js";
import { pairMasks } from "../pairs/masks.js";
import { forcesOf, similarities } from "../pairs/similarity.js";
import type { TripletSumsAttributes } from "../triplet-sums.js";
import { ofHardest } from "./hardest.js";
import { ofAll } from "./relu.js";
import { ofAllSoftly } from "./softplus.js";

export interface TripletTileAttributes extends TripletSumsAttributes {
  /** The first of the tile's rows. */
  readonly begin: number;
}

/** What the triplets of some rows, which are their anchors, come to. */
export interface Triplets {
  /** `[rows]` */
  readonly sums: tf.Tensor1D;
  readonly active: tf.Tensor1D;
  readonly possible: tf.Tensor1D;
  /** `[rows, n]`: the size of the slope ∂sum/∂s, which is negative for positives and positive for negatives. */
  readonly slopes: tf.Tensor2D;
}

/** All outputs of `TripletSums` for some rows, in their order. */
export const tripletSumsOfTile = defineOp<PairTileInputs, TripletTileAttributes>({
  name: "TripletSumsOfTile",
  reference(inputs, attributes) {
    const { sums, active, possible } = tripletsOf(inputs, attributes).triplets;
    return [sums, active, possible];
  },
});

/** The forces of a tile's pairs, `[rows, n]`, from their anchors' end; `dSums` is of all rows. */
export const tripletSumsOfTileGrad = defineOp<PairTileInputs & { dSums: tf.Tensor1D }, TripletTileAttributes>(
  {
    name: "TripletSumsOfTileGrad",
    reference({ dSums, ...inputs }, attributes) {
      const { s, masks, triplets } = tripletsOf(inputs, attributes);
      const { slopes } = triplets;
      const signed = tf.where(masks.positive, tf.neg(slopes), slopes);
      const own = tf.slice1d(dSums, attributes.begin, s.shape[0]);
      return [forcesOf(tf.mul(signed, tf.reshape(own, [-1, 1])), s, attributes.similarity)];
    },
  },
);

function tripletsOf({ products, squares, labels }: PairTileInputs, attributes: TripletTileAttributes) {
  const { begin, similarity, mining, hinge } = attributes;
  const s = similarities(products, squares, begin, similarity);
  const masks = pairMasks(labels, begin, products.shape[0]);
  if (mining === "hard") return { s, masks, triplets: ofHardest(s, masks, attributes) };
  const triplets = hinge === "relu" ? ofAll(s, masks, attributes) : ofAllSoftly(s, masks, attributes);
  return { s, masks, triplets };
}
