import { createRng, type Loss } from "@contrastive/core";
import { l2Normalize, valueAuxAndGrads } from "@contrastive/ops";
import { expectClose, expectCloseScalar, finiteDifference } from "@contrastive/testing";
import * as tf from "@tensorflow/tfjs-core";

/** Embeddings of any length, beside the loss's own vectors. */
export interface ClassBatch {
  /** `[batch, views, dim]`. */
  readonly shape: readonly [number, number, number];
  readonly labels: readonly number[];
  readonly embeddings: ArrayLike<number>;
  readonly vectors: ArrayLike<number>;
}

/** The paper's formula, on rows as the loss gets them, with a label each. */
export type ClassLoop = (
  rows: readonly Float64Array[],
  vectors: readonly Float64Array[],
  labels: readonly number[],
) => number;

export const progress = { step: 0, stepsPerEpoch: 1, totalSteps: 1 };

/** Six samples of three classes out of four, at all angles to the first vectors of their classes. */
export function classBatch(views: number, perClass = 1): ClassBatch {
  const [batch, dim, classes] = [6, 5, 4];
  const rng = createRng(5);
  const vectors = Float32Array.from({ length: classes * perClass * dim }, () => rng.normal());
  const labels = Array.from({ length: batch }, (_, i) => i % 3);
  const embeddings = Float32Array.from({ length: batch * views * dim }, (_, i) => {
    const row = Math.floor(i / dim);
    const along = 2 - (4 * row) / (batch * views - 1);
    const own = vectors[labels[Math.floor(row / views)] * perClass * dim + (i % dim)];
    return along * own + 0.5 * rng.normal();
  });
  return { shape: [batch, views, dim], labels, embeddings, vectors };
}

/** Loss, metrics and gradients; embeddings are scaled to unit length where the loss needs that, as the trainer does. */
export function evaluateClassLoss(loss: Loss, { shape, labels, embeddings, vectors }: ClassBatch) {
  return tf.tidy(() => {
    const dim = shape[2];
    const [space] = loss.needs.on;
    const { weights = {} } = loss.init!(createRng(1), { [space]: dim }, 2);
    const [name] = Object.keys(weights);
    const { value, aux, grads } = valueAuxAndGrads(
      (given) => {
        const rows = given.embeddings as tf.Tensor2D;
        const output = loss.compute({
          ...progress,
          embeddings: { [space]: tf.reshape(loss.needs.unitLength ? l2Normalize(rows) : rows, [...shape]) },
          labels: tf.tensor1d([...labels], "int32"),
          weights: { [name]: given.vectors },
          buffers: {},
        });
        return { value: output.loss, aux: { ...output.metrics } };
      },
      {
        embeddings: tf.tensor2d(Float32Array.from(embeddings), [shape[0] * shape[1], dim]),
        vectors: tf.tensor2d(Float32Array.from(vectors), [vectors.length / dim, dim]),
      },
    );
    return {
      value: value.dataSync()[0],
      metrics: Object.fromEntries(Object.entries(aux).map(([key, metric]) => [key, metric.dataSync()[0]])),
      embeddings: [...grads.embeddings.dataSync()],
      vectors: [...grads.vectors.dataSync()],
    };
  });
}

/** The loss and its gradients equal those of a loop in float64, the gradients by finite differences. */
export function expectClassLoop(loss: Loss, batch: ClassBatch, loop: ClassLoop): void {
  const [samples, views, dim] = batch.shape;
  const labels = Array.from({ length: samples * views }, (_, row) => batch.labels[Math.floor(row / views)]);
  const valueOf = (embeddings: ArrayLike<number>, vectors: ArrayLike<number>) => {
    const rows = rowsOf(embeddings, dim);
    return loop(loss.needs.unitLength ? rows.map(unit) : rows, rowsOf(vectors, dim), labels);
  };
  const actual = evaluateClassLoss(loss, batch);
  const [embeddings, vectors] = [batch.embeddings, batch.vectors];
  expectCloseScalar(actual.value, valueOf(embeddings, vectors), { what: "loss" });
  const expected = {
    embeddings: finiteDifference((x) => valueOf(x, vectors), embeddings),
    vectors: finiteDifference((w) => valueOf(embeddings, w), vectors),
  };
  for (const what of ["embeddings", "vectors"] as const) {
    expectClose(actual[what], expected[what], { what: `gradient of ${what}` });
  }
}

export function dot(a: ArrayLike<number>, b: ArrayLike<number>): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += a[i] * b[i];
  return sum;
}

export function unit(row: Float64Array): Float64Array {
  const length = Math.hypot(...row);
  return row.map((v) => v / length);
}

/** −log softmax of the logits at an index. */
export function surprise(logits: readonly number[], at: number): number {
  return Math.log(logits.reduce((sum, logit) => sum + Math.exp(logit - logits[at]), 0));
}

export function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

function rowsOf(values: ArrayLike<number>, dim: number): Float64Array[] {
  return Array.from({ length: values.length / dim }, (_, row) =>
    Float64Array.from({ length: dim }, (_, k) => values[row * dim + k]),
  );
}
