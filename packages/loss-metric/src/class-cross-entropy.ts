import { defineOp, logSoftmax } from "@contrastive/ops";
import * as tf from "@tensorflow/tfjs-core";

/**
 * The mean over rows of −log softmax at the target, of logits and one-hot targets `[rows, classes]`; there is no gradient for
 * the targets. One operation: its gradient takes a third of what those of its parts take.
 */
export function classCrossEntropy(logits: tf.Tensor2D, target: tf.Tensor2D): tf.Scalar {
  return tf.mean(perRow({ logits, target }, {})[0]);
}

/** Kernel `ClassCrossEntropy`: `logits`, `target` → the loss of each row `[rows]`, and the log softmax `[rows, classes]`. */
const perRow = defineOp<{ logits: tf.Tensor2D; target: tf.Tensor2D }, object>({
  name: "ClassCrossEntropy",
  reference: ({ logits, target }) => {
    const logProbabilities = logSoftmax(logits);
    return [tf.neg(tf.sum(tf.mul(logProbabilities, target), -1)), logProbabilities];
  },
  gradient: {
    saveInputs: ["target"],
    saveOutputs: [false, true],
    backward: ([dPerRow], [target, logProbabilities]) => ({
      logits: tf.mul(tf.sub(tf.exp(logProbabilities), target), tf.reshape(dPerRow, [-1, 1])),
    }),
  },
});
