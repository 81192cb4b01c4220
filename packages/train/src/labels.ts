import * as tf from "@tensorflow/tfjs-core";
import type { Loss, SampleBatch } from "@contrastive/core";

/** A batch's labels on the host, as a loss takes them. */
export interface HostLabels {
  readonly values: Int32Array | Float32Array;
  readonly shape: [number] | [number, number];
  readonly dtype: "int32" | "float32";
}

/** What of a batch's labels a loss gets: of soft labels the dataset's own, or 1 for the class of a sample. */
export function labelsFor(
  { needs }: Loss,
  { labels, softLabels }: Pick<SampleBatch, "labels" | "softLabels">,
  classes: number,
): HostLabels | undefined {
  if (needs.labels !== "soft") {
    return labels && { values: labels, shape: [labels.length], dtype: "int32" };
  }
  const values = softLabels ?? (labels && oneHot(labels, classes));
  return values && { values, shape: [values.length / classes, classes], dtype: "float32" };
}

/** The caller owns it. */
export function labelTensor({ values, shape, dtype }: HostLabels): tf.Tensor1D | tf.Tensor2D {
  return shape.length === 1 ? tf.tensor1d(values, dtype) : tf.tensor2d(values, shape, dtype);
}

function oneHot(labels: Int32Array, classes: number): Float32Array {
  const rows = new Float32Array(labels.length * classes);
  labels.forEach((label, sample) => (rows[sample * classes + label] = 1));
  return rows;
}
