import * as tf from "@tensorflow/tfjs-core";
import { defineOp } from "./op.js";

export interface BatchNormOptions {
  /** Added to the variance. */
  readonly epsilon: number;
  /** Ends in `max(0, ·)`. Default false. */
  readonly relu?: boolean;
}

/** The attributes of the kernels `BatchNormTraining` and `BatchNormTrainingGrad`. */
export interface BatchNormAttributes {
  readonly version: 1;
  readonly epsilon: number;
  readonly relu: boolean;
  /** True if there is an input `residual`. */
  readonly residual: boolean;
}

/** What kernel `BatchNormTraining` gets; it returns `[y, mean, variance]`. */
export type BatchNormTrainingInputs = {
  /** `[batch, channels]` or `[batch, height, width, channels]`. */
  x: tf.Tensor;
  /** `[channels]`. */
  scale: tf.Tensor;
  offset: tf.Tensor;
  /** Shape of `x`. */
  residual?: tf.Tensor;
};

/**
 * What kernel `BatchNormTrainingGrad` gets: the gradient `dy`, what the forward pass got (`x`, `scale`) and what it
 * made (`y` where there is a relu, `mean`, `variance`). It returns the gradients `[dx, dScale, dOffset]`, and where
 * the attributes say both `relu` and `residual`, a fourth: that of the residual.
 */
export type BatchNormTrainingGradInputs = {
  dy: tf.Tensor;
  x: tf.Tensor;
  scale: tf.Tensor;
  mean: tf.Tensor;
  variance: tf.Tensor;
  y?: tf.Tensor;
};

export interface BatchNormInferenceInputs<T extends tf.Tensor> {
  readonly x: T;
  readonly scale: tf.Tensor;
  readonly offset: tf.Tensor;
  readonly mean: tf.Tensor;
  readonly variance: tf.Tensor;
  readonly residual?: T;
}

/**
 * Batch normalisation by the statistics of the batch: `relu?((x - mean) / √(variance + ε) · scale + offset + residual?)`.
 *
 * `x` and `residual` are `[batch, channels]` or `[batch, height, width, channels]`, the others `[channels]`. The mean
 * and the biased variance run over all axes but the last; they are returned for running averages and carry no
 * gradient. Ioffe and Szegedy 2015, algorithm 1.
 */
export function batchNormTraining<T extends tf.Tensor>(
  { x, scale, offset, residual }: { x: T; scale: tf.Tensor; offset: tf.Tensor; residual?: T },
  { epsilon, relu = false }: BatchNormOptions,
): { y: T; mean: tf.Tensor1D; variance: tf.Tensor1D } {
  const inputs = residual === undefined ? { x, scale, offset } : { x, scale, offset, residual };
  const attributes = { version: 1, epsilon, relu, residual: residual !== undefined } as const;
  const [y, mean, variance] = trainingOp(inputs, attributes);
  return { y: y as T, mean: mean as tf.Tensor1D, variance: variance as tf.Tensor1D };
}

/** As `batchNormTraining`, by a mean and a variance that are given. */
export function batchNormInference<T extends tf.Tensor>(
  { x, scale, offset, mean, variance, residual }: BatchNormInferenceInputs<T>,
  { epsilon, relu = false }: BatchNormOptions,
): T {
  return tf.tidy(() => {
    let y: tf.Tensor = tf.batchNorm(x as tf.Tensor, mean, variance, offset, scale, epsilon);
    if (residual !== undefined) y = tf.add(y, residual);
    return (relu ? tf.relu(y) : y) as T;
  });
}

const trainingOp = defineOp<BatchNormTrainingInputs, BatchNormAttributes>({
  name: "BatchNormTraining",
  reference({ x, scale, offset, residual }, { epsilon, relu }) {
    const count = x.size / scale.size;
    const mean = tf.div(sumOfChannels(x), count);
    // Two passes: E[x²] − E[x]² cancels where the mean is large beside the deviation.
    const centered = tf.sub(x, mean);
    const variance = tf.div(sumOfChannels(tf.mul(centered, centered)), count);
    let y: tf.Tensor = tf.add(tf.mul(centered, tf.mul(scale, inverseDeviation(variance, epsilon))), offset);
    if (residual !== undefined) y = tf.add(y, residual);
    return [relu ? tf.relu(y) : y, mean, variance];
  },
  gradient: {
    saveInputs: ["x", "scale"],
    saveOutputs: [true, true, true],
    backward([dy], [x, scale, y, mean, variance], attributes) {
      const { relu, residual } = attributes;
      const inputs = { dy, x, scale, mean, variance };
      const [dx, dScale, dOffset, dSum] = gradOp(relu ? { ...inputs, y } : inputs, attributes);
      const gradients = { x: dx, scale: dScale, offset: dOffset };
      return residual ? { ...gradients, residual: relu ? dSum : tf.clone(dy) } : gradients;
    },
  },
});

const gradOp = defineOp<BatchNormTrainingGradInputs, BatchNormAttributes>({
  name: "BatchNormTrainingGrad",
  reference({ dy, x, scale, mean, variance, y }, { epsilon, relu, residual }) {
    const count = x.size / scale.size;
    const dSum = y === undefined ? dy : tf.mul(dy, tf.step(y));
    const centered = tf.sub(x, mean);
    const inverse = inverseDeviation(variance, epsilon);
    const dOffset = sumOfChannels(dSum);
    const dScale = tf.mul(sumOfChannels(tf.mul(dSum, centered)), inverse);
    // dx = scale/σ · (g − mean(g) − x̂ · mean(g·x̂)), where x̂ = centered/σ.
    const slope = tf.div(tf.mul(dScale, inverse), count);
    const inner = tf.sub(tf.sub(dSum, tf.mul(centered, slope)), tf.div(dOffset, count));
    const dx = tf.mul(inner, tf.mul(scale, inverse));
    return relu && residual ? [dx, dScale, dOffset, dSum] : [dx, dScale, dOffset];
  },
});

function inverseDeviation(variance: tf.Tensor, epsilon: number): tf.Tensor {
  return tf.rsqrt(tf.add(variance, epsilon));
}

/**
 * Sums over all axes but the last, `[channels]`, as products with a vector of ones: on WASM and in plain JavaScript
 * 20 times as fast as `tf.sum`. In two steps of about √n terms each, which bounds the rounding error by √n, not n.
 */
function sumOfChannels(x: tf.Tensor): tf.Tensor {
  const channels = x.shape[x.rank - 1];
  const count = x.size / channels;
  const groups = divisorNearRoot(count);
  const partial = tf.matMul(tf.ones([1, count / groups]), tf.reshape(x, [count / groups, groups * channels]));
  const total = tf.matMul(tf.ones([1, groups]), tf.reshape(partial, [groups, channels]));
  return tf.reshape(total, [channels]);
}

/** The largest divisor of n that is at most √n. */
function divisorNearRoot(n: number): number {
  for (let divisor = Math.floor(Math.sqrt(n)); divisor > 1; divisor--) {
    if (n % divisor === 0) return divisor;
  }
  return 1;
}
