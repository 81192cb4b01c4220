import * as tf from "@tensorflow/tfjs-core";
import { defineOp } from "./op.js";

/** What the kernels `SoftmaxGrad` and `LogSoftmaxGrad` get: an output and the gradient with respect to it. They return dx. */
export type SoftmaxGradInputs = { y: tf.Tensor; dy: tf.Tensor };

/**
 * The logarithm of the softmax along the last axis.
 *
 * Kernels: `LogSoftmax` (`logits` → y) and `LogSoftmaxGrad` (`y`, `dy` → dx). `tf.logSoftmax` gives the same by ten kernels.
 */
export function logSoftmax<T extends tf.Tensor>(logits: T): T {
  return logarithm({ logits }, { axis: logits.rank - 1 })[0] as T;
}

export const logSoftmaxGrad = defineOp<SoftmaxGradInputs, object>({
  name: "LogSoftmaxGrad",
  reference: ({ y, dy }) => [tf.sub(dy, tf.mul(tf.exp(y), tf.sum(dy, -1, true)))],
});

const logarithm = defineOp<{ logits: tf.Tensor }, tf.LogSoftmaxAttrs>({
  name: tf.LogSoftmax,
  reference({ logits }) {
    const shifted = tf.sub(logits, tf.max(logits, -1, true));
    return [tf.sub(shifted, tf.log(tf.sum(tf.exp(shifted), -1, true)))];
  },
  gradient: {
    saveInputs: [],
    saveOutputs: [true],
    backward: ([dy], [y]) => ({ logits: logSoftmaxGrad({ y, dy }, {})[0] }),
  },
});

const softmaxGrad = defineOp<SoftmaxGradInputs, object>({
  name: "SoftmaxGrad",
  reference: ({ y, dy }) => [tf.mul(y, tf.sub(dy, tf.sum(tf.mul(y, dy), -1, true)))],
});

/** The gradient of tfjs's softmax as one kernel, `SoftmaxGrad`, in the place of four. */
export const softmaxGradient: tf.GradConfig = {
  kernelName: tf.Softmax,
  outputsToSave: [true],
  gradFunc: (dy, [y]) => ({ logits: () => softmaxGrad({ y, dy: dy as tf.Tensor }, {})[0] }),
};

/** That of its kernel of logarithms, which it registers with four. */
export const logSoftmaxGradient: tf.GradConfig = {
  kernelName: tf.LogSoftmax,
  outputsToSave: [true],
  gradFunc: (dy, [y]) => ({ logits: () => logSoftmaxGrad({ y, dy: dy as tf.Tensor }, {})[0] }),
};
