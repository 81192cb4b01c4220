import type { SoftmaxGradInputs } from "@contrastive/ops";
import * as tf from "@tensorflow/tfjs-core";
import { softmax as shader, softmaxGradient } from "../shaders/softmax.js";
import { isFloat, type Kernel, kernel } from "./kernel.js";

export const softmax = ofLogits(tf.Softmax, false);
export const logSoftmax = ofLogits(tf.LogSoftmax, true);
export const softmaxGrad = ofGradient("SoftmaxGrad", false);
export const logSoftmaxGrad = ofGradient("LogSoftmaxGrad", true);

function ofLogits(name: string, logarithm: boolean): Kernel {
  // tfjs names the last axis, and takes no other.
  return kernel<"logits", object>(name, ({ inputs: { logits }, runner, stock }) => {
    if (!isFloat(logits)) return stock();
    const y = runner.output(logits.shape);
    const features = logits.shape[logits.rank - 1] ?? 1;
    if (logits.size > 0) runner.run(shader(logits.size / features, features, logarithm), [logits, y]);
    return y;
  });
}

function ofGradient(name: string, logarithm: boolean): Kernel {
  return kernel<keyof SoftmaxGradInputs, object>(name, ({ inputs: { y, dy }, runner, stock }) => {
    if (!isFloat(y, dy)) return stock();
    const dx = runner.output(y.shape);
    const features = y.shape[y.rank - 1] ?? 1;
    if (y.size > 0) runner.run(softmaxGradient(y.size / features, features, logarithm), [y, dy, dx]);
    return [dx];
  });
}
