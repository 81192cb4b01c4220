import { defineOp, logSoftmax } from "@contrastive/ops";
import * as tf from "@tensorflow/tfjs-core";

/**
 * The mean over rows of −log softmax at the target, of logits and one-hot targets `[rows, classes]`, once `change` `[rows, 1]`,
 * what a margin does, is added to the logits at the target. There is no gradient for the targets.
 *
 * One operation, whose gradient takes a third of what those of its parts would.
 */
export function classCrossEntropy(logits: tf.Tensor2D, target: tf.Tensor2D, change?: tf.Tensor2D): tf.Scalar {
  return crossEntropy({ logits, target, ...(change && { change }) }, {})[0] as tf.Scalar;
}

type Inputs = { logits: tf.Tensor2D; target: tf.Tensor2D; change?: tf.Tensor2D };

/** Kernel `ClassCrossEntropy`: inputs as above → the mean, the loss of each row `[rows]`, and the log softmax `[rows, classes]`. */
const crossEntropy = defineOp<Inputs, object>({
  name: "ClassCrossEntropy",
  reference: ({ logits, target, change }) => {
    const changed = change === undefined ? logits : tf.add(logits, tf.mul(target, change));
    const logProbabilities = logSoftmax(changed);
    const perRow = tf.neg(tf.sum(tf.mul(logProbabilities, target), -1));
    return [tf.div(tf.sum(perRow), perRow.size), perRow, logProbabilities];
  },
  gradient: {
    saveInputs: ["target"],
    saveOutputs: [false, true, true],
    backward: ([dMean], [target, perRow, logProbabilities]) => {
      const dPerRow = tf.div(dMean, perRow.size);
      return {
        logits: tf.mul(tf.sub(tf.exp(logProbabilities), target), dPerRow),
        // The probability of the target is e^−loss.
        change: tf.reshape(tf.mul(tf.sub(tf.exp(tf.neg(perRow)), 1), dPerRow), [-1, 1]),
      };
    },
  },
});
