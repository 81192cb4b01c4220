import * as tf from "@tensorflow/tfjs-core";
import { contrastiveLoss } from "./contrastive-loss.js";

/**
 * log Σ_j e^{a_i·c_j / τ} for each of `anchors` `[a, d]`, over all `contrasts` `[m, d]`: `[a]`, with gradients.
 *
 * Streamed: no `[a, m]` matrix is ever held. What InfoNCE against a queue or a memory bank divides by. It is
 * `contrastiveLoss` with one positive, a row of zeros, divided by the negatives only: −log(e^0 / Σ_j e^{s_ij}).
 */
export function logSumExpProducts(
  anchors: tf.Tensor2D,
  contrasts: tf.Tensor2D,
  temperature: number,
): tf.Tensor1D {
  return tf.tidy(() => {
    const [a, m] = [anchors.shape[0], contrasts.shape[0]];
    // Numbers that no anchor shares with a contrast.
    const [ofAnchors, ofContrasts] = [tf.range(m + 1, m + 1 + a, 1, "int32"), tf.range(0, m + 1, 1, "int32")];
    const { perAnchor } = contrastiveLoss(
      {
        anchors,
        contrasts: tf.pad2d(contrasts, [
          [0, 1],
          [0, 0],
        ]),
        anchorIds: ofAnchors,
        contrastIds: ofContrasts,
        anchorSamples: ofAnchors,
        contrastSamples: ofContrasts,
        anchorLabels: tf.zeros<tf.Rank.R1>([a], "int32"),
        contrastLabels: tf.concat1d([tf.ones([m], "int32"), tf.zeros([1], "int32")]),
      },
      {
        version: 1,
        temperature,
        summation: "outside",
        denominator: "only-negatives",
        positivesCap: -1,
        positives: "equal-label",
      },
    );
    return perAnchor;
  });
}
