import * as tf from "@tensorflow/tfjs-core";
import { defineOp } from "./op.js";
import { logSoftmax, logSoftmaxGrad } from "./softmax.js";

/** What kernel `SoftmaxCrossEntropy` gets, both `[n, classes]`; it returns the losses `[n]` and their gradients `[n, classes]`. */
export type SoftmaxCrossEntropyInputs = { logits: tf.Tensor; targets: tf.Tensor };

/**
 * The cross-entropy of each row, `−Σ_c targets_c · log softmax(logits)_c`: `[n, classes]` to `[n]`.
 *
 * Targets are taken as they are: they need not add up to 1. They get no gradient; that of the logits is
 * `softmax(logits) · Σ_c targets_c − targets`, computed along with the losses.
 */
export function softmaxCrossEntropy(logits: tf.Tensor2D, targets: tf.Tensor): tf.Tensor1D {
  const [losses, gradients] = crossEntropy({ logits, targets }, {});
  gradients.dispose();
  return losses as tf.Tensor1D;
}

const crossEntropy = defineOp<SoftmaxCrossEntropyInputs, object>({
  name: "SoftmaxCrossEntropy",
  reference({ logits, targets }) {
    // Log-softmax by itself: the logarithm of a softmax would be that of 0 for a confident classifier.
    const y = logSoftmax(logits);
    const dy = tf.neg(targets);
    return [tf.sum(tf.mul(dy, y), -1), logSoftmaxGrad({ y, dy }, {})[0]];
  },
  gradient: {
    saveInputs: [],
    saveOutputs: [false, true],
    backward: ([dy], [gradients]) => ({ logits: tf.mul(tf.expandDims(dy, -1), gradients) }),
  },
});
