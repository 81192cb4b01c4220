import type { Loss, LossInput } from "@contrastive/core";
import { l2Normalize } from "@contrastive/ops";
import * as tf from "@tensorflow/tfjs-core";

export type Shape = readonly [batch: number, views: number, dim: number];

/** What a loss on projections says of embeddings, which are first scaled to length 1, as the trainer does. */
export function evaluate(
  loss: Loss,
  embeddings: ArrayLike<number>,
  shape: Shape,
  input: Partial<LossInput> = {},
): { value: number; gradient: Float32Array; metrics: Record<string, number> } {
  const compute = (x: tf.Tensor) =>
    loss.compute({
      weights: {},
      buffers: {},
      step: 0,
      stepsPerEpoch: 1,
      totalSteps: 1,
      ...input,
      embeddings: { projection: unit(x) },
    });
  return tf.tidy(() => {
    const x = tf.tensor(Float32Array.from(embeddings), [...shape]);
    const { value, grad } = tf.valueAndGrad((x: tf.Tensor) => compute(x).loss)(x);
    const metrics = Object.entries(compute(x).metrics ?? {});
    return {
      value: value.dataSync()[0],
      gradient: grad.dataSync<"float32">(),
      metrics: Object.fromEntries(metrics.map(([name, metric]) => [name, metric.dataSync()[0]])),
    };
  });
}

export function unit(x: tf.Tensor): tf.Tensor3D {
  const rows = tf.reshape<tf.Rank.R2>(x, [-1, x.shape[x.rank - 1]]);
  return tf.reshape(l2Normalize(rows), x.shape as [number, number, number]);
}
