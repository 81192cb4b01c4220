import * as tf from "@tensorflow/tfjs-core";
import { defineOp } from "./op.js";

/** The attributes of the kernels `LayerNorm` and `LayerNormGrad`. */
export interface LayerNormAttributes {
  readonly version: 1;
  readonly epsilon: number;
}

/**
 * What kernel `LayerNorm` gets; it returns `[y, mean, inverseDeviation]`, the last two `[rows]`, where `x` is
 * `[rows, features]` with all axes but the last taken together.
 */
export type LayerNormInputs = {
  x: tf.Tensor;
  /** `[features]`. */
  scale: tf.Tensor;
  offset: tf.Tensor;
};

/** What kernel `LayerNormGrad` gets; it returns `[dx, dScale, dOffset]`. */
export type LayerNormGradInputs = {
  dy: tf.Tensor;
  x: tf.Tensor;
  scale: tf.Tensor;
  mean: tf.Tensor;
  inverseDeviation: tf.Tensor;
};

/**
 * Layer normalisation over the last axis: `(x - mean) / √(variance + ε) · scale + offset`, with the biased variance.
 *
 * `x` is `[..., features]`, `scale` and `offset` are `[features]`. Ba et al. 2016, arXiv 1607.06450. Default `epsilon` 1e-6, as
 * vision transformers have it; PyTorch's own is 1e-5.
 */
export function layerNorm<T extends tf.Tensor>(
  inputs: { readonly x: T; readonly scale: tf.Tensor; readonly offset: tf.Tensor },
  { epsilon = 1e-6 }: { readonly epsilon?: number } = {},
): T {
  const [y, mean, inverseDeviation] = normalise({ ...inputs }, { version: 1, epsilon });
  tf.dispose([mean, inverseDeviation]);
  return y as T;
}

const normalise = defineOp<LayerNormInputs, LayerNormAttributes>({
  name: "LayerNorm",
  reference({ x, scale, offset }, { epsilon }) {
    const mean = tf.mean(x, -1, true);
    // Two passes: E[x²] − E[x]² cancels where the mean is large beside the deviation.
    const centered = tf.sub(x, mean);
    const inverse = tf.rsqrt(tf.add(tf.mean(tf.square(centered), -1, true), epsilon));
    const y = tf.add(tf.mul(tf.mul(centered, inverse), scale), offset);
    return [y, tf.reshape(mean, [-1]), tf.reshape(inverse, [-1])];
  },
  gradient: {
    saveInputs: ["x", "scale"],
    saveOutputs: [false, true, true],
    backward([dy], [x, scale, mean, inverseDeviation], attributes) {
      const [dx, dScale, dOffset] = normaliseGrad({ dy, x, scale, mean, inverseDeviation }, attributes);
      return { x: dx, scale: dScale, offset: dOffset };
    },
  },
});

const normaliseGrad = defineOp<LayerNormGradInputs, LayerNormAttributes>({
  name: "LayerNormGrad",
  reference({ dy, x, scale, mean, inverseDeviation }) {
    const perRow = [...x.shape.slice(0, -1), 1];
    const inverse = tf.reshape(inverseDeviation, perRow);
    const normal = tf.mul(tf.sub(x, tf.reshape(mean, perRow)), inverse);
    // dx = (g − mean(g) − x̂ · mean(g·x̂)) / σ, where g = dy · scale.
    const g = tf.mul(dy, scale);
    const along = tf.mul(normal, tf.mean(tf.mul(g, normal), -1, true));
    const dx = tf.mul(tf.sub(tf.sub(g, tf.mean(g, -1, true)), along), inverse);
    return [dx, sumOfRows(tf.mul(dy, normal)), sumOfRows(dy)];
  },
});

function sumOfRows(x: tf.Tensor): tf.Tensor {
  return tf.sum(tf.reshape(x, [-1, x.shape[x.rank - 1]]), 0);
}
