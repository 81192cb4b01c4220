import * as tf from "@tensorflow/tfjs-core";
import type {
  ContrastiveLossAttributes,
  ContrastiveLossInputs,
  ContrastiveLossOutputs,
  ContrastiveLossStatistics,
} from "../contrastive-loss.js";
import { logRatio, logSumExp, masked, ownShare, pairsOf, positiveWeights, zeroUnless } from "./pairs.js";
import { rowsOfATile, tiles } from "./tiles.js";

type Outputs = ContrastiveLossOutputs & ContrastiveLossStatistics;

/** The loss of each anchor and what its gradient needs, `rows` anchors at a time. */
export function contrastiveForward(
  inputs: ContrastiveLossInputs,
  attributes: ContrastiveLossAttributes,
  rows = rowsOfATile(inputs.contrasts.shape[0]),
): Outputs {
  // Transposed once: a product with a transposed operand is slow on WASM.
  const transposed = tf.transpose(inputs.contrasts);
  const parts = tiles(inputs.anchors.shape[0], rows).map((tile) =>
    tf.tidy(() => forwardTile(inputs, transposed, attributes, tile)),
  );
  transposed.dispose();
  const join = (name: keyof Outputs) => tf.concat1d(parts.map((part) => part[name]));
  return {
    perAnchor: join("perAnchor"),
    positiveCount: join("positiveCount"),
    positiveSimilarity: join("positiveSimilarity"),
    maximum: join("maximum"),
    logDenominator: join("logDenominator"),
    logPositives: join("logPositives"),
    denominatorWeight: join("denominatorWeight"),
  };
}

function forwardTile(
  inputs: ContrastiveLossInputs,
  transposed: tf.Tensor2D,
  attributes: ContrastiveLossAttributes,
  { begin, rows }: { begin: number; rows: number },
): Outputs {
  const { temperature, summation } = attributes;
  const products = tf.matMul(tf.slice(inputs.anchors, [begin, 0], [rows, -1]), transposed);
  const pairs = pairsOf(inputs, attributes, begin, rows);
  const { positive, weight, counted, summed } = pairs;

  const count = sumRows(weight);
  const hasPositives = tf.greater(count, 0);
  // A masked product, since 0 times infinity is no number.
  const meanOfPositives = (x: tf.Tensor) =>
    tf.divNoNan(sumRows(tf.mul(weight, zeroUnless(positive, x))), count);

  const maximum = tf.max(masked(products, counted), 1, true);
  const scaled = tf.div(tf.sub(products, maximum), temperature);
  const logDenominator = logSumExp(scaled, summed);
  const ratio = logRatio(scaled, logDenominator, attributes);
  const logPositives =
    summation === "inside"
      ? logSumExp(tf.add(ratio, tf.log(oneUnless(positive, weight))), positive)
      : tf.zerosLike(count);
  const perAnchor =
    summation === "inside"
      ? tf.sub(tf.log(oneUnless(hasPositives, count)), logPositives) // eq. 3
      : tf.neg(meanOfPositives(ratio)); // eq. 2
  const weights = positiveWeights(ratio, pairs, count, logPositives, attributes);
  const denominatorWeight = sumRows(tf.mul(weights, ownShare(scaled, logDenominator, attributes)));

  const hasLoss =
    attributes.denominator === "only-negatives"
      ? tf.logicalAnd(hasPositives, tf.any(summed, 1, true))
      : hasPositives;
  const vector = (x: tf.Tensor) => tf.reshape(zeroUnless(hasLoss, x), [rows]) as tf.Tensor1D;
  return {
    perAnchor: vector(perAnchor),
    positiveCount: vector(count),
    positiveSimilarity: vector(meanOfPositives(products)),
    maximum: vector(maximum),
    logDenominator: vector(logDenominator),
    logPositives: vector(logPositives),
    denominatorWeight: vector(denominatorWeight),
  };
}

/** `x` where the mask holds, else 1, whose logarithm is 0. */
function oneUnless(mask: tf.Tensor, x: tf.Tensor): tf.Tensor {
  return tf.where(mask, x, tf.onesLike(x));
}

function sumRows(x: tf.Tensor): tf.Tensor {
  return tf.sum(x, 1, true);
}
