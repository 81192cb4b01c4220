import * as tf from "@tensorflow/tfjs-core";
import type { ContrastiveLossAttributes, ContrastiveLossInputs } from "../contrastive-loss.js";

/** Stands for minus infinity: e to it is 0 even after a division by τ, and it stays finite. */
const LOW = -1e30;

export interface Pairs {
  /** bool `[tile, m]`: P. */
  readonly positive: tf.Tensor2D;
  /** bool `[tile, m]`: what the sum in the denominator has in common for all positives: A or N. */
  readonly summed: tf.Tensor2D;
  /** bool `[tile, m]`: A = P ∪ N. */
  readonly counted: tf.Tensor2D;
}

/** Which pairs of the anchors `begin`.. (`rows` of them) with all contrasts are what. */
export function pairsOf(
  inputs: ContrastiveLossInputs,
  attributes: ContrastiveLossAttributes,
  begin: number,
  rows: number,
): Pairs {
  const equal = (anchorSide: tf.Tensor1D, contrastSide: tf.Tensor1D) =>
    allEqual(tf.slice1d(anchorSide, begin, rows), contrastSide);
  const distinct = tf.logicalNot(equal(inputs.anchorIds, inputs.contrastIds));
  const sameLabel = equal(inputs.anchorLabels, inputs.contrastLabels);
  const negative = tf.logicalAnd(distinct, tf.logicalNot(sameLabel)) as tf.Tensor2D;
  let positive = tf.logicalAnd(distinct, sameLabel) as tf.Tensor2D;
  if (attributes.positivesCap >= 0) {
    const ownView = equal(inputs.anchorSamples, inputs.contrastSamples);
    const other = tf.cast(tf.logicalAnd(positive, tf.logicalNot(ownView)), "float32");
    const early = tf.lessEqual(tf.cumsum(other, 1), attributes.positivesCap);
    positive = tf.logicalAnd(positive, tf.logicalOr(ownView, early)) as tf.Tensor2D;
  }
  const counted = tf.logicalOr(positive, negative) as tf.Tensor2D;
  return { positive, counted, summed: attributes.denominator === "all" ? counted : negative };
}

/**
 * Which elements of two int32 vectors are equal, each with each, `[rows, columns]`.
 *
 * By differences in float32, of both halves of an integer, since float32 holds 24 bits: on WASM, `tf.equal` takes
 * 20 times as long where it broadcasts, and so does any operation on int32.
 */
export function allEqual(rows: tf.Tensor1D, columns: tf.Tensor1D): tf.Tensor {
  const [left, right] = [halves(rows), halves(columns)];
  const distances = left.map((half, i) =>
    tf.abs(tf.sub(tf.reshape(half, [-1, 1]), tf.reshape(right[i], [1, -1]))),
  );
  return tf.equal(tf.add(distances[0], distances[1]), 0);
}

function halves(x: tf.Tensor1D): tf.Tensor[] {
  const upper = tf.floorDiv(x, tf.scalar(2 ** 16, "int32"));
  const lower = tf.sub(x, tf.mul(upper, tf.scalar(2 ** 16, "int32")));
  return [tf.cast(upper, "float32"), tf.cast(lower, "float32")];
}

/** `x` `[tile, m]` where the mask holds, else a number whose exponential is 0. */
export function masked(x: tf.Tensor, mask: tf.Tensor): tf.Tensor {
  return tf.where(mask, x, tf.fill(x.shape, LOW));
}

/** `x` where the mask holds, else 0. */
export function zeroUnless(mask: tf.Tensor, x: tf.Tensor): tf.Tensor {
  return tf.where(mask, x, tf.zerosLike(x));
}

/** log Σ e^x over the mask, `[tile, 1]`; `LOW` for an empty row. */
export function logSumExp(x: tf.Tensor, mask: tf.Tensor): tf.Tensor {
  const kept = masked(x, mask);
  const top = tf.max(kept, 1, true);
  return tf.add(tf.log(tf.sum(tf.exp(tf.sub(kept, top)), 1, true)), top);
}

/** log(e^{s_ip} / D_ip) for each pair; `scaled` and `logDenominator` are relative to the same maximum. */
export function logRatio(
  scaled: tf.Tensor,
  logDenominator: tf.Tensor,
  { denominator }: ContrastiveLossAttributes,
): tf.Tensor {
  return denominator === "one-positive"
    ? tf.neg(tf.softplus(tf.sub(logDenominator, scaled)))
    : tf.sub(scaled, logDenominator);
}

/** f_ip: 1 − e^{s_ip} / D_ip where the positive is in its own denominator only, else 1. */
export function ownShare(
  scaled: tf.Tensor,
  logDenominator: tf.Tensor,
  { denominator }: ContrastiveLossAttributes,
): tf.Tensor {
  return denominator === "one-positive" ? tf.sigmoid(tf.sub(logDenominator, scaled)) : tf.onesLike(scaled);
}

/** q_ip: 1/|P| or e^{logRatio} / Σ_p e^{logRatio} on positives, else 0. */
export function positiveWeights(
  ratio: tf.Tensor,
  positive: tf.Tensor,
  positiveCount: tf.Tensor,
  logPositives: tf.Tensor,
  { summation }: ContrastiveLossAttributes,
): tf.Tensor {
  return summation === "outside"
    ? tf.div(tf.cast(positive, "float32"), tf.maximum(positiveCount, 1))
    : tf.exp(masked(tf.sub(ratio, logPositives), positive));
}
