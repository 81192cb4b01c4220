import * as tf from "@tensorflow/tfjs-core";
import type { BatchNormAttributes, BatchNormTrainingAttributes } from "@contrastive/ops";
import { executeByOneDnn } from "../one-dnn.js";
import { type Attributes, execute, type TensorFlowBackend } from "../tensorflow.js";
import { kernel } from "./kernel.js";

type Forward = "x" | "scale" | "offset" | "residual" | "runningMean" | "runningVariance";
type Backward = "dy" | "x" | "scale" | "mean" | "variance" | "y";

/** TensorFlow's fused operation, which returns the unbiased variance, where ours is the biased one. */
export const batchNormTraining = kernel<Forward, BatchNormTrainingAttributes>(
  "BatchNormTraining",
  ({ inputs: { x, scale, offset, residual, runningMean, runningVariance }, attrs, backend }) => {
    const { epsilon, relu, momentum } = attrs;
    const none = tf.zeros([0]);
    const [normalized, mean, unbiased] = fused(
      backend,
      "FusedBatchNormV2",
      { ...attributesOf(epsilon), exponential_avg_factor: 1 },
      [image(x), scale, offset, none, none],
    );
    let y = tf.reshape(normalized, x.shape);
    if (residual !== undefined) y = tf.add(y, residual);
    if (relu) y = tf.relu(y);
    const count = x.size / scale.size;
    const variance = tf.mul(unbiased, (count - 1) / count);
    if (momentum === undefined) return [y, mean, variance];
    const moved = [
      [runningMean, mean],
      [runningVariance, unbiased],
    ].map(([from, to]) => tf.add(tf.mul(from, 1 - momentum), tf.mul(to, momentum)));
    return [y, mean, variance, ...moved];
  },
);

export const batchNormTrainingGrad = kernel<Backward, BatchNormAttributes>(
  "BatchNormTrainingGrad",
  ({ inputs: { dy, x, scale, mean, variance, y }, attrs: { epsilon, relu, residual }, backend }) => {
    const dSum = relu ? reluGradient(backend, dy, y) : dy;
    // What the forward operation would keep of them: on a processor the statistics, with CUDA the inverse deviation.
    const kept = backend.isUsingGpuDevice ? tf.rsqrt(tf.add(variance, epsilon)) : variance;
    const [dx, dScale, dOffset] = fused(backend, "FusedBatchNormGradV2", attributesOf(epsilon), [
      image(dSum),
      image(x),
      scale,
      mean,
      kept,
    ]);
    const gradients = [tf.reshape(dx, x.shape), dScale, dOffset];
    return relu && residual ? [...gradients, dSum] : gradients;
  },
);

function fused(
  backend: TensorFlowBackend,
  name: string,
  attributes: Attributes,
  inputs: readonly tf.Tensor[],
): tf.Tensor[] {
  return (
    executeByOneDnn(backend, name, attributes, inputs, 5) ?? execute(backend, name, attributes, inputs, 5)
  );
}

function reluGradient(backend: TensorFlowBackend, dy: tf.Tensor, y: tf.Tensor): tf.Tensor {
  return execute(backend, "ReluGrad", { T: "float32" }, [dy, y])[0];
}

function attributesOf(epsilon: number): Attributes {
  return { T: "float32", U: "float32", epsilon, data_format: "NHWC", is_training: true };
}

/** `[batch, channels]` as images of one pixel. */
function image(x: tf.Tensor): tf.Tensor {
  return x.rank === 4 ? x : tf.reshape(x, [x.size / x.shape[x.rank - 1], 1, 1, x.shape[x.rank - 1]]);
}
