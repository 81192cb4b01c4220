import * as tf from "@tensorflow/tfjs-core";
import type { ContrastiveLossAttributes, ContrastiveLossInputs } from "./contrastive-loss.js";
import { areEqual, masked, pairsOf, zeroUnless } from "./contrastive-loss/pairs.js";
import { rowsOfATile, tiles } from "./contrastive-loss/tiles.js";
import { defineOp } from "./op.js";

/** All float32 `[a]`. */
export type ContrastStatistics = {
  /** How many positives and negatives an anchor has, as the loss counts them. */
  readonly positives: tf.Tensor1D;
  readonly negatives: tf.Tensor1D;
  /** The largest a·c over negatives; 0 without any. */
  readonly hardestNegative: tf.Tensor1D;
  /** How many contrasts are of other samples, and Σ e^{4 a·c − 4} over them: of unit vectors, Σ e^{−2|a−c|²}. */
  readonly others: tf.Tensor1D;
  readonly potential: tf.Tensor1D;
};

/**
 * What the anchors of a contrastive loss have around them, streamed over tiles of anchors as the loss is. It has no
 * gradient.
 *
 * The potential is that of uniformity (Wang and Isola 2020, arXiv 2005.10242, with t = 2).
 *
 * Kernel `ContrastStatistics`: the inputs and attributes of the loss → the five above, in that order.
 */
export function contrastStatistics(
  inputs: ContrastiveLossInputs,
  attributes: ContrastiveLossAttributes,
  rows = rowsOfATile(inputs.contrasts.shape[0]),
): ContrastStatistics {
  const outputs = statistics(inputs, { ...attributes, rows }) as tf.Tensor1D[];
  const [positives, negatives, hardestNegative, others, potential] = outputs;
  return { positives, negatives, hardestNegative, others, potential };
}

// An operation, so that no tape keeps what a tile is made of.
const statistics = defineOp<ContrastiveLossInputs, ContrastiveLossAttributes & { readonly rows: number }>({
  name: "ContrastStatistics",
  reference: (inputs, { rows, ...attributes }) => {
    const transposed = tf.transpose(inputs.contrasts);
    const parts = tiles(inputs.anchors.shape[0], rows).map((tile) =>
      tf.tidy(() => ofTile(inputs, transposed, attributes, tile)),
    );
    return (["positives", "negatives", "hardestNegative", "others", "potential"] as const).map((name) =>
      tf.concat1d(parts.map((part) => part[name])),
    );
  },
});

function ofTile(
  inputs: ContrastiveLossInputs,
  transposed: tf.Tensor2D,
  attributes: ContrastiveLossAttributes,
  { begin, rows }: { begin: number; rows: number },
): ContrastStatistics {
  const products = tf.matMul(tf.slice(inputs.anchors, [begin, 0], [rows, -1]), transposed);
  const { positive, negative } = pairsOf(inputs, attributes, begin, rows);
  const sameSample = areEqual(tf.slice1d(inputs.anchorSamples, begin, rows), inputs.contrastSamples);
  const other = tf.logicalAnd(tf.logicalOr(positive, negative), tf.logicalNot(sameSample));
  const negatives = sumRows(negative);
  return {
    positives: sumRows(positive),
    negatives,
    hardestNegative: zeroUnless(
      tf.greater(negatives, 0),
      tf.max(masked(products, negative), 1),
    ) as tf.Tensor1D,
    others: sumRows(other),
    potential: sumRows(zeroUnless(other, tf.exp(tf.mul(tf.sub(products, 1), 4)))),
  };
}

function sumRows(x: tf.Tensor): tf.Tensor1D {
  return tf.sum(tf.cast(x, "float32"), 1);
}
