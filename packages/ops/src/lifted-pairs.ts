import * as tf from "@tensorflow/tfjs-core";
import { zeroUnless } from "./contrastive-loss/pairs.js";
import { defineOp } from "./op.js";
import { countOf, pairMasks } from "./pairs/masks.js";
import { mapProducts, type ProductsTile } from "./pairs/products.js";
import { forcesOf, type PairSimilarity, pulledBy, similarities, squaredLengths } from "./pairs/similarity.js";

export interface LiftedPairsAttributes {
  /** A kernel refuses a version that it does not know. */
  readonly version: 1;
  readonly similarity: PairSimilarity;
  readonly margin: number;
}

/**
 * For each row i of x `[n, d]` the sum over its positives, the other rows of its label (int32 `[n]`), where each row
 * brings what it has of its own, `logits` l `[n]`:
 *
 *     sum_i = Σ_{p∈P_i} max(0, log(e^{l_i} + e^{l_p}) + margin − s_ip)²
 *     s_ip    x_i·x_p, −‖x_i − x_p‖ or −‖x_i − x_p‖²
 *
 * Returns `sums` and `count`, |P_i|, both float32 `[n]`; the first has gradients with respect to x and the logits.
 * Streamed over tiles of rows: no `[n, n]` matrix outlives a tile.
 *
 * Kernels: `LiftedPairs` (`x`, `logits`, `labels` → sums, count) and `LiftedPairsGrad` (these, `dSums` → dx, dLogits).
 */
export function liftedPairs(
  x: tf.Tensor2D,
  logits: tf.Tensor1D,
  labels: tf.Tensor1D,
  attributes: LiftedPairsAttributes,
): { sums: tf.Tensor1D; count: tf.Tensor1D } {
  return tf.tidy(() => {
    const [sums, count] = forward({ x, logits, labels }, attributes) as tf.Tensor1D[];
    return { sums, count };
  });
}

type LiftedPairsInputs = { x: tf.Tensor2D; logits: tf.Tensor1D; labels: tf.Tensor1D };

const forward = defineOp<LiftedPairsInputs, LiftedPairsAttributes>({
  name: "LiftedPairs",
  reference(inputs, attributes) {
    const squares = squaredLengths(inputs.x);
    const parts = mapProducts(inputs.x, (tile) => {
      const { violations, positive } = violationsOf(tile, squares, inputs, attributes);
      return [tf.sum(tf.square(violations), 1), countOf(positive)];
    });
    return [0, 1].map((i) => tf.concat(parts.map((part) => part[i])));
  },
  gradient: {
    saveInputs: ["x", "logits", "labels"],
    backward: ([dSums], saved, attributes) => {
      const [x, logits, labels] = saved as [tf.Tensor2D, tf.Tensor1D, tf.Tensor1D];
      const [dx, dLogits] = backward({ x, logits, labels, dSums: dSums as tf.Tensor1D }, attributes);
      return { x: dx, logits: dLogits };
    },
  },
});

const backward = defineOp<LiftedPairsInputs & { dSums: tf.Tensor1D }, LiftedPairsAttributes>({
  name: "LiftedPairsGrad",
  reference({ dSums, ...inputs }, attributes) {
    const squares = squaredLengths(inputs.x);
    const parts = mapProducts(inputs.x, (tile) => {
      const { begin, own } = tile;
      const { violations, s, ahead } = violationsOf(tile, squares, inputs, attributes);
      // A pair is a positive of both its ends, with the same violation.
      const bothEnds = tf.add(columnOf(dSums, begin, own.shape[0]), dSums);
      const slopes = tf.mul(tf.mul(violations, 2), bothEnds);
      const forces = forcesOf(tf.neg(slopes), s, attributes.similarity);
      return [
        pulledBy(forces, own, inputs.x, attributes.similarity),
        tf.sum(tf.mul(slopes, tf.sigmoid(ahead)), 1),
      ];
    });
    return [0, 1].map((i) => tf.concat(parts.map((part) => part[i])));
  },
});

/** max(0, …) of the pairs of a tile, 0 for those that are not positive; and how far l_i is ahead of l_p. */
function violationsOf(
  { begin, own, products }: ProductsTile,
  squares: tf.Tensor1D,
  { logits, labels }: LiftedPairsInputs,
  { similarity, margin }: LiftedPairsAttributes,
) {
  const [rows] = own.shape;
  const s = similarities(products, squares, begin, similarity);
  const { positive } = pairMasks(labels, begin, rows);
  const ahead = tf.sub(columnOf(logits, begin, rows), logits);
  const together = tf.add(logits, tf.softplus(ahead));
  const violations = zeroUnless(positive, tf.relu(tf.add(tf.sub(together, s), margin)));
  return { violations, positive, s, ahead };
}

function columnOf(x: tf.Tensor1D, begin: number, rows: number): tf.Tensor {
  return tf.reshape(tf.slice1d(x, begin, rows), [rows, 1]);
}
