import * as tf from "@tensorflow/tfjs-core";
import { defineOp } from "./op.js";
import { pairSumsOfTile, pairSumsOfTileGrad } from "./pair-sums/tile.js";
import { mapProducts } from "./pairs/products.js";
import { type PairSimilarity, pulledBy, squaredLengths } from "./pairs/similarity.js";

/** What a pair adds to its anchor's sum: see `pairSums`. */
export interface PairTerm {
  /** The similarity at which it is neither too close nor too far. */
  readonly margin: number;
  /** > 0. */
  readonly scale: number;
  /** Where its weight w becomes 0; without one w is 1. */
  readonly pivot?: number;
}

export interface PairSumsAttributes {
  /** A kernel refuses a version that it does not know. */
  readonly version: 1;
  readonly similarity: PairSimilarity;
  readonly sum: "hinges" | "squared-hinges" | "log-sum-exp";
  readonly positives: PairTerm;
  readonly negatives: PairTerm;
  /**
   * ε: of an anchor's positives only those count that are less similar than its most similar negative, or by less than
   * ε more; of its negatives those that are more similar than its least similar positive, or by less than ε less.
   * Infinity: all count.
   */
  readonly mining: number;
}

export type PairSumsOutputs = {
  /** `[n]`; the only outputs with a gradient. */
  readonly positives: tf.Tensor1D;
  readonly negatives: tf.Tensor1D;
  /** float32 `[n]`: how many pairs have a part in each sum. */
  readonly positiveCount: tf.Tensor1D;
  readonly negativeCount: tf.Tensor1D;
};

/**
 * Sums over the positives P_i of each row i of x `[n, d]`, which are the other rows of its label, and over its
 * negatives N_i, streamed over tiles of rows: no `[n, n]` matrix outlives a tile. `labels` int32 `[n]`.
 *
 *     s_ij   x_i·x_j, −‖x_i − x_j‖ or −‖x_i − x_j‖²
 *     u_ij = scale · w_ij · (margin − s_ij) for positives,  w_ij = max(0, pivot − s_ij)
 *            scale · w_ij · (s_ij − margin) for negatives,  w_ij = max(0, s_ij − pivot)
 *     sum_i  Σ_j max(0, u_ij),  Σ_j max(0, u_ij)²  or  log Σ_j e^{u_ij}, which of nothing is −1e30
 *
 * w_ij, 1 without a pivot, is constant for the gradient, and so is what mining chooses. The gradient of a distance 0
 * is 0.
 *
 * Kernels: `PairSums` (`x`, `labels` → positives, negatives, positiveCount, negativeCount, leastPositive,
 * largestNegative; the last two are for mining, similarities or ±1e30 without one) and `PairSumsGrad` (the inputs, positives,
 * negatives, leastPositive, largestNegative, `dPositives`, `dNegatives` → dx). Their references call the kernels
 * `PairSumsOfTile` and `PairSumsOfTileGrad` on the products of some rows with all.
 */
export function pairSums(
  x: tf.Tensor2D,
  labels: tf.Tensor1D,
  attributes: PairSumsAttributes,
): PairSumsOutputs {
  return tf.tidy(() => {
    const outputs = forward({ x, labels }, attributes) as tf.Tensor1D[];
    const [positives, negatives, positiveCount, negativeCount] = outputs;
    return { positives, negatives, positiveCount, negativeCount };
  });
}

export type PairSumsInputs = { x: tf.Tensor2D; labels: tf.Tensor1D };

/** What the gradient needs besides; all `[n]`. */
export type PairSumsStatistics = {
  positives: tf.Tensor1D;
  negatives: tf.Tensor1D;
  leastPositive: tf.Tensor1D;
  largestNegative: tf.Tensor1D;
  dPositives: tf.Tensor1D;
  dNegatives: tf.Tensor1D;
};

const forward = defineOp<PairSumsInputs, PairSumsAttributes>({
  name: "PairSums",
  reference({ x, labels }, attributes) {
    const squares = squaredLengths(x);
    const parts = mapProducts(x, ({ begin, products }) =>
      pairSumsOfTile({ products, squares, labels }, { ...attributes, begin }),
    );
    return parts[0].map((_, i) => tf.concat(parts.map((part) => part[i])));
  },
  gradient: {
    saveInputs: ["x", "labels"],
    saveOutputs: [true, true, false, false, true, true],
    backward: ([dPositives, dNegatives], saved, attributes) => {
      const [x, labels, positives, negatives, leastPositive, largestNegative] = saved as [
        tf.Tensor2D,
        ...tf.Tensor1D[],
      ];
      const statistics = { positives, negatives, leastPositive, largestNegative };
      const given = { dPositives: dPositives as tf.Tensor1D, dNegatives: dNegatives as tf.Tensor1D };
      return { x: backward({ x, labels, ...statistics, ...given }, attributes)[0] };
    },
  },
});

const backward = defineOp<PairSumsInputs & PairSumsStatistics, PairSumsAttributes>({
  name: "PairSumsGrad",
  reference({ x, labels, ...statistics }, attributes) {
    const squares = squaredLengths(x);
    const parts = mapProducts(x, ({ begin, own, products }) => {
      const inputs = { products, squares, labels, ...statistics };
      const [forces] = pairSumsOfTileGrad(inputs, { ...attributes, begin });
      return pulledBy(forces as tf.Tensor2D, own, x, attributes.similarity);
    });
    return [tf.concat2d(parts, 0)];
  },
});
