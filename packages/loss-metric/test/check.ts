import type { Loss } from "@contrastive/core";
import { expectClose, expectCloseScalar, finiteDifference } from "@contrastive/testing";
import * as tf from "@tensorflow/tfjs-core";

/** Embeddings `[batch, views, dim]`, and a label a sample. */
export interface Batch {
  readonly shape: readonly [batch: number, views: number, dim: number];
  readonly x: ArrayLike<number>;
  readonly labels: readonly number[];
}

export interface Evaluation {
  readonly value: number;
  readonly gradient: Float32Array;
  readonly metrics: Readonly<Record<string, number>>;
}

export function evaluate(loss: Loss, { shape, x, labels }: Batch): Evaluation {
  return tf.tidy(() => {
    const [on] = loss.needs.on;
    const classes = tf.tensor1d([...labels], "int32");
    const compute = (embeddings: tf.Tensor) =>
      loss.compute({
        embeddings: { [on]: embeddings },
        labels: classes,
        weights: {},
        buffers: {},
        step: 0,
        stepsPerEpoch: 1,
        totalSteps: 1,
      });
    const embeddings = tf.tensor3d(Float32Array.from(x), [...shape]);
    const { value, grad } = tf.valueAndGrad((x: tf.Tensor) => compute(x).loss)(embeddings);
    const metrics = Object.entries(compute(embeddings).metrics ?? {});
    return {
      value: value.dataSync()[0],
      gradient: grad.dataSync<"float32">(),
      metrics: Object.fromEntries(metrics.map(([name, metric]) => [name, metric.dataSync()[0]])),
    };
  });
}

/**
 * A loss in float64 from rows, one a view, and their labels. `held` are the rows from which it takes what the gradient
 * holds constant.
 */
export type Loop = (
  rows: readonly Float64Array[],
  labels: readonly number[],
  held: readonly Float64Array[],
) => number;

/** The loss and its gradient must be those of the loop. */
export function expectLoop(loss: Loss, batch: Batch, loop: Loop): void {
  const [, views, dim] = batch.shape;
  const labels = batch.labels.flatMap((label) => Array.from({ length: views }, () => label));
  const x = Float32Array.from(batch.x);
  const at = (x: Float64Array | Float32Array) => loop(rowsOf(x, dim), labels, rowsOf(batch.x, dim));
  const { value, gradient } = evaluate(loss, batch);
  expectCloseScalar(value, at(x));
  expectClose(gradient, finiteDifference(at, x), { what: "gradient" });
}

export function rowsOf(x: ArrayLike<number>, dim: number): Float64Array[] {
  const values = Float64Array.from(x);
  return Array.from({ length: values.length / dim }, (_, i) => values.subarray(i * dim, (i + 1) * dim));
}
