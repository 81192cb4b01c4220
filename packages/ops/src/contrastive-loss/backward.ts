import * as tf from "@tensorflow/tfjs-core";
import type {
  ContrastiveLossAttributes,
  ContrastiveLossInputs,
  ContrastiveLossStatistics,
} from "../contrastive-loss.js";
import { logRatio, masked, ownShare, pairsOf, positiveWeights, zeroUnless } from "./pairs.js";
import { rowsOfATile, tiles } from "./tiles.js";

type BackwardInputs = ContrastiveLossInputs & ContrastiveLossStatistics & { dPerAnchor: tf.Tensor1D };

/** The gradient with respect to anchors and contrasts, `rows` anchors at a time. */
export function contrastiveBackward(
  inputs: BackwardInputs,
  attributes: ContrastiveLossAttributes,
  rows = rowsOfATile(inputs.contrasts.shape[0]),
): { anchors: tf.Tensor2D; contrasts: tf.Tensor2D } {
  const transposed = tf.transpose(inputs.contrasts);
  const anchorParts: tf.Tensor2D[] = [];
  // [d, m] while it grows, so that no product has a transposed operand, which is slow on WASM.
  let contrastGradient: tf.Tensor2D = tf.zerosLike(transposed);
  for (const tile of tiles(inputs.anchors.shape[0], rows)) {
    const before = contrastGradient;
    const parts = tf.tidy((): { anchors: tf.Tensor2D; contrasts: tf.Tensor2D } => {
      const anchors = tf.slice2d(inputs.anchors, [tile.begin, 0], [tile.rows, -1]);
      const gradient = pairGradient(inputs, anchors, transposed, attributes, tile);
      return {
        anchors: tf.matMul(gradient, inputs.contrasts),
        contrasts: tf.add(before, tf.matMul(tf.transpose(anchors), gradient)),
      };
    });
    before.dispose();
    anchorParts.push(parts.anchors);
    contrastGradient = parts.contrasts;
  }
  transposed.dispose();
  return {
    anchors: tf.concat2d(anchorParts, 0),
    contrasts: tf.transpose(contrastGradient),
  };
}

/** g_ij = dPerAnchor_i / τ · ∂loss_i/∂s_ij, `[tile, m]`. */
function pairGradient(
  inputs: BackwardInputs,
  anchors: tf.Tensor2D,
  transposed: tf.Tensor2D,
  attributes: ContrastiveLossAttributes,
  { begin, rows }: { begin: number; rows: number },
): tf.Tensor2D {
  const { temperature } = attributes;
  const column = (x: tf.Tensor1D) => tf.reshape(tf.slice(x, begin, rows), [rows, 1]);
  const count = column(inputs.positiveCount);
  const hasLoss = tf.greater(count, 0);
  const logDenominator = column(inputs.logDenominator);
  const pairs = pairsOf(inputs, attributes, begin, rows);

  // Without a loss there are no statistics: far below any maximum nothing overflows, and a factor of 0 does the rest.
  const maximum = tf.where(hasLoss, column(inputs.maximum), tf.fill(count.shape, 1e30));
  const factor = tf.div(zeroUnless(hasLoss, column(inputs.dPerAnchor)), temperature);

  const scaled = tf.div(tf.sub(tf.matMul(anchors, transposed), maximum), temperature);
  const softmax = tf.exp(masked(tf.sub(scaled, logDenominator), pairs.summed));
  const push = tf.mul(softmax, column(inputs.denominatorWeight));
  const ratio = logRatio(scaled, logDenominator, attributes);
  const weights = positiveWeights(ratio, pairs, count, column(inputs.logPositives), attributes);
  const pull = tf.mul(weights, ownShare(scaled, logDenominator, attributes));
  return tf.mul(tf.sub(push, pull), factor);
}
