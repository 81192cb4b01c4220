import * as tf from "@tensorflow/tfjs-core";
import type { ContrastiveLossAttributes, ContrastiveLossInputs } from "../contrastive-loss.js";

/** Stands for minus infinity: e to it is 0 even after a division by τ, and it stays finite. */
const LOW = -1e30;

/** The id of a contrast that is not there. */
const ABSENT = -1;

export interface Pairs {
  /** bool `[tile, m]`: P. */
  readonly positive: tf.Tensor2D;
  /** float32 `[tile, m]`: the weight of each positive, else 0. */
  readonly weight: tf.Tensor2D;
  /** bool `[tile, m]`: N. */
  readonly negative: tf.Tensor2D;
  /** bool `[tile, m]`: what the sum in the denominator has in common for all positives: A or N. */
  readonly summed: tf.Tensor2D;
  /** bool `[tile, m]`: A = P ∪ N. */
  readonly counted: tf.Tensor2D;
}

/** Which pairs of the anchors `begin`.. (`rows` of them) with all contrasts are what. */
export function pairsOf(
  inputs: ContrastiveLossInputs,
  { positives, positivesCap, denominator }: ContrastiveLossAttributes,
  begin: number,
  rows: number,
): Pairs {
  const ofTile = (x: tf.Tensor1D) => tf.slice1d(x, begin, rows);
  const equal = (anchorSide: tf.Tensor1D, contrastSide: tf.Tensor1D) =>
    areEqual(ofTile(anchorSide), contrastSide);
  const isPresent = tf.cast(tf.notEqual(inputs.contrastIds, ABSENT), "float32");
  const distinct = tf.greater(
    tf.mul(distances(ofTile(inputs.anchorIds), inputs.contrastIds), tf.reshape(isPresent, [1, -1])),
    0,
  );
  // As the attribute says, which the operation has checked.
  const overlap =
    positives === "overlap"
      ? jaccard(
          tf.slice(inputs.anchorLabels as tf.Tensor2D, begin, rows),
          inputs.contrastLabels as tf.Tensor2D,
        )
      : tf.cast(equal(inputs.anchorLabels as tf.Tensor1D, inputs.contrastLabels as tf.Tensor1D), "float32");
  const overlaps = tf.greater(overlap, 0);
  const negative = tf.logicalAnd(distinct, tf.logicalNot(overlaps)) as tf.Tensor2D;
  let positive = tf.logicalAnd(distinct, overlaps) as tf.Tensor2D;
  if (positivesCap >= 0) {
    const ownView = equal(inputs.anchorSamples, inputs.contrastSamples);
    const other = tf.cast(tf.logicalAnd(positive, tf.logicalNot(ownView)), "float32");
    const early = tf.lessEqual(tf.cumsum(other, 1), positivesCap);
    positive = tf.logicalAnd(positive, tf.logicalOr(ownView, early)) as tf.Tensor2D;
  }
  const weight = zeroUnless(positive, overlap) as tf.Tensor2D;
  const counted = tf.logicalOr(positive, negative) as tf.Tensor2D;
  return { positive, weight, negative, counted, summed: denominator === "all" ? counted : negative };
}

/** Of rows that hold 1 for each class of a sample, the share of classes in common, each with each, `[rows, columns]`. */
function jaccard(rows: tf.Tensor2D, columns: tf.Tensor2D): tf.Tensor {
  const common = tf.matMul(rows, tf.transpose(columns));
  const sizes = [rows, columns].map((x) => tf.sum(tf.square(x), 1));
  const either = tf.sub(tf.add(tf.reshape(sizes[0], [-1, 1]), tf.reshape(sizes[1], [1, -1])), common);
  // Two samples without any class have none in common.
  return tf.divNoNan(common, either);
}

/** Which elements of two int32 vectors are equal, each with each, bool `[rows, columns]`. */
export function areEqual(rows: tf.Tensor1D, columns: tf.Tensor1D): tf.Tensor {
  return tf.equal(distances(rows, columns), 0);
}

/**
 * How far the elements of two int32 vectors are apart, each from each, `[rows, columns]`: 0 where they are equal.
 *
 * By differences in float32, of both halves of an integer, since float32 holds 24 bits: on WASM, `tf.equal` takes
 * 20 times as long where it broadcasts, and so does any operation on int32.
 */
function distances(rows: tf.Tensor1D, columns: tf.Tensor1D): tf.Tensor {
  const [left, right] = [halves(rows), halves(columns)];
  const [upper, lower] = left.map((half, i) =>
    tf.abs(tf.sub(tf.reshape(half, [-1, 1]), tf.reshape(right[i], [1, -1]))),
  );
  return tf.add(upper, lower);
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

/** q_ip: w/|P| or w e^{logRatio} / Σ_p w e^{logRatio} on positives of weight w, else 0. */
export function positiveWeights(
  ratio: tf.Tensor,
  { positive, weight }: Pairs,
  positiveCount: tf.Tensor,
  logPositives: tf.Tensor,
  { summation }: ContrastiveLossAttributes,
): tf.Tensor {
  return summation === "outside"
    ? tf.divNoNan(weight, positiveCount)
    : tf.mul(weight, tf.exp(masked(tf.sub(ratio, logPositives), positive)));
}
