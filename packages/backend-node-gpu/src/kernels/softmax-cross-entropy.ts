import type { SoftmaxCrossEntropyInputs } from "@contrastive/ops";
import * as tf from "@tensorflow/tfjs-core";
import { execute } from "../tensorflow.js";
import { kernel } from "./kernel.js";

/** TensorFlow's operation on targets that add up to 1, which it takes for granted, and their sum as a factor. */
export const softmaxCrossEntropy = kernel<keyof SoftmaxCrossEntropyInputs, object>(
  "SoftmaxCrossEntropy",
  ({ inputs: { logits, targets }, backend }) => {
    const sums = tf.sum(targets, -1, true);
    const [losses, gradients] = execute(
      backend,
      "SoftmaxCrossEntropyWithLogits",
      { T: "float32" },
      [logits, tf.divNoNan(targets, sums)],
      2,
    );
    return [tf.mul(losses, tf.squeeze(sums, [-1])), tf.mul(gradients, sums)];
  },
);
