import * as tf from "@tensorflow/tfjs-core";
import { defineOp } from "./op.js";
import { stopGradient } from "./stop-gradient.js";

export interface BatchNormOptions {
  /** Added to the variance. */
  readonly epsilon: number;
  /** Ends in `max(0, ·)`. Default false. */
  readonly relu?: boolean;
}

/** The attributes of the kernels `BatchNormInference` and `BatchNormTrainingGrad`. */
export interface BatchNormAttributes {
  readonly version: 1;
  readonly epsilon: number;
  readonly relu: boolean;
  /** True if there is an input `residual`. */
  readonly residual: boolean;
}

/** The attributes of kernel `BatchNormTraining`. */
export interface BatchNormTrainingAttributes extends BatchNormAttributes {
  /** The part of the running statistics that this batch's replace; absent if there are no inputs `runningMean` and `runningVariance`. */
  readonly momentum?: number;
}

/** Statistics that follow those of batches, `[channels]` each. */
export interface RunningStatistics {
  readonly mean: tf.Tensor;
  readonly variance: tf.Tensor;
}

/**
 * What kernel `BatchNormTraining` gets. It returns `[y, mean, variance]`, and where there is a momentum the new running mean and
 * the new running variance too.
 */
export type BatchNormTrainingInputs = {
  /** `[batch, channels]` or `[batch, height, width, channels]`. */
  x: tf.Tensor;
  /** `[channels]`. */
  scale: tf.Tensor;
  offset: tf.Tensor;
  /** Shape of `x`. */
  residual?: tf.Tensor;
  /** `[channels]`; both or neither. */
  runningMean?: tf.Tensor;
  runningVariance?: tf.Tensor;
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
 * and the biased variance run over all axes but the last; they are returned and carry no gradient. Ioffe and Szegedy
 * 2015, algorithm 1.
 *
 * Running statistics that are given move towards the batch's mean and unbiased variance, `(1 - momentum) · old +
 * momentum · batch`, and are returned as new tensors, as torch.nn.BatchNorm's are; they carry no gradient either.
 */
export function batchNormTraining<T extends tf.Tensor, R extends RunningStatistics | undefined = undefined>(
  {
    x,
    scale,
    offset,
    residual,
    running,
  }: { x: T; scale: tf.Tensor; offset: tf.Tensor; residual?: T; running?: R },
  { epsilon, relu = false, momentum = 0.1 }: BatchNormOptions & { readonly momentum?: number },
): { y: T; mean: tf.Tensor1D; variance: tf.Tensor1D; running: R } {
  // A chunk's may have come from the chunk before, on the same tape.
  const constants = running && {
    runningMean: stopGradient(running.mean),
    runningVariance: stopGradient(running.variance),
  };
  const [y, mean, variance, ...moved] = trainingOp(
    {
      x,
      scale,
      offset,
      ...(residual && { residual }),
      ...constants,
    },
    {
      version: 1,
      epsilon,
      relu,
      residual: residual !== undefined,
      ...(running && { momentum }),
    },
  );
  tf.dispose({ ...constants });
  return {
    y: y as T,
    mean: mean as tf.Tensor1D,
    variance: variance as tf.Tensor1D,
    // There where the inputs are.
    running: (running && { mean: moved[0], variance: moved[1] }) as R,
  };
}

/**
 * As `batchNormTraining`, by a mean and a variance that are given.
 *
 * Kernel `BatchNormInference`: the same attributes; inputs as named, `residual` where there is one; it returns `[y]`.
 */
export function batchNormInference<T extends tf.Tensor>(
  { residual, ...inputs }: BatchNormInferenceInputs<T>,
  { epsilon, relu = false }: BatchNormOptions,
): T {
  const attributes = { version: 1, epsilon, relu, residual: residual !== undefined } as const;
  return inferenceOp(residual === undefined ? inputs : { ...inputs, residual }, attributes)[0] as T;
}

const trainingOp = defineOp<BatchNormTrainingInputs, BatchNormTrainingAttributes>({
  name: "BatchNormTraining",
  reference({ x, scale, offset, residual, runningMean, runningVariance }, { epsilon, relu, momentum }) {
    const count = x.size / scale.size;
    const mean = tf.div(sumOfChannels(x), count);
    // Two passes: E[x²] − E[x]² cancels where the mean is large beside the deviation.
    const centered = tf.sub(x, mean);
    const variance = tf.tidy(() => tf.div(sumOfChannels(tf.square(centered)), count));
    const slope = tf.mul(scale, inverseDeviation(variance, epsilon));
    const y = chain(
      centered,
      (t) => tf.mul(t, slope),
      (t) => tf.add(t, offset),
      residual !== undefined && ((t) => tf.add(t, residual)),
      relu && ((t) => tf.relu(t)),
    );
    if (momentum === undefined) return [y, mean, variance];
    const unbiased = tf.mul(variance, count / (count - 1));
    return [
      y,
      mean,
      variance,
      towards(runningMean!, mean, momentum),
      towards(runningVariance!, unbiased, momentum),
    ];
  },
  gradient: {
    saveInputs: ["x", "scale"],
    saveOutputs: [true, true, true],
    backward([dy], [x, scale, y, mean, variance], { version, epsilon, relu, residual }) {
      const attributes = { version, epsilon, relu, residual };
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
    const dSum = y === undefined ? dy : tf.tidy(() => tf.mul(dy, tf.step(y)));
    const centered = tf.sub(x, mean);
    const inverse = inverseDeviation(variance, epsilon);
    const dOffset = sumOfChannels(dSum);
    const dScale = tf.tidy(() => tf.mul(sumOfChannels(tf.mul(dSum, centered)), inverse));
    // dx = scale/σ · (g − mean(g) − x̂ · mean(g·x̂)), where x̂ = centered/σ.
    const meanProduct = tf.div(tf.mul(dScale, inverse), count);
    const meanGradient = tf.div(dOffset, count);
    const slope = tf.mul(scale, inverse);
    const dx = chain(
      centered,
      (t) => tf.mul(t, meanProduct),
      (t) => tf.sub(dSum, t),
      (t) => tf.sub(t, meanGradient),
      (t) => tf.mul(t, slope),
    );
    return relu && residual ? [dx, dScale, dOffset, dSum] : [dx, dScale, dOffset];
  },
});

const inferenceOp = defineOp<
  {
    x: tf.Tensor;
    scale: tf.Tensor;
    offset: tf.Tensor;
    mean: tf.Tensor;
    variance: tf.Tensor;
    residual?: tf.Tensor;
  },
  BatchNormAttributes
>({
  name: "BatchNormInference",
  reference({ x, scale, offset, mean, variance, residual }, { epsilon, relu }) {
    let y = tf.batchNorm(
      x,
      mean as tf.Tensor1D,
      variance as tf.Tensor1D,
      offset as tf.Tensor1D,
      scale as tf.Tensor1D,
      epsilon,
    );
    if (residual !== undefined) y = tf.add(y, residual);
    return [relu ? tf.relu(y) : y];
  },
  gradient: {
    saveInputs: ["x", "scale", "mean", "variance"],
    saveOutputs: [true],
    backward([dy], [x, scale, mean, variance, y], { epsilon, relu, residual }) {
      const dSum = relu ? tf.mul(dy, tf.step(y)) : tf.clone(dy);
      const inverse = inverseDeviation(variance, epsilon);
      const slope = tf.mul(scale, inverse);
      const dOffset = sumOfChannels(dSum);
      const dProduct = sumOfChannels(tf.mul(dSum, tf.sub(x, mean)));
      const gradients = {
        x: tf.mul(dSum, slope),
        scale: tf.mul(dProduct, inverse),
        offset: dOffset,
        mean: tf.neg(tf.mul(dOffset, slope)),
        // ∂(v + ε)^−½/∂v = −½ (v + ε)^−³⁄₂
        variance: tf.mul(tf.mul(dProduct, slope), tf.mul(tf.square(inverse), -0.5)),
      };
      return residual ? { ...gradients, residual: tf.clone(dSum) } : gradients;
    },
  },
});

function inverseDeviation(variance: tf.Tensor, epsilon: number): tf.Tensor {
  return tf.rsqrt(tf.add(variance, epsilon));
}

function towards(from: tf.Tensor, to: tf.Tensor, part: number): tf.Tensor {
  return tf.add(tf.mul(from, 1 - part), tf.mul(to, part));
}

/** Steps applied one after the other, each one's input freed at once: in a tidy all of them would live to its end. */
function chain(start: tf.Tensor, ...steps: readonly (false | ((t: tf.Tensor) => tf.Tensor))[]): tf.Tensor {
  let current = start;
  for (const step of steps) {
    if (step === false) continue;
    const next = step(current);
    current.dispose();
    current = next;
  }
  return current;
}

/** Over all axes but the last, `[channels]`. */
function sumOfChannels(x: tf.Tensor): tf.Tensor {
  return tf.sum(tf.reshape(x, [-1, x.shape[x.rank - 1]]), 0);
}
