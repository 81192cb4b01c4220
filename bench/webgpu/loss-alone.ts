import { contrastiveLoss } from "@contrastive/ops";
import * as tf from "@tensorflow/tfjs";

/** SupCon's loss of each of so many embeddings, 128 values each, two views a sample and 10 classes, and its gradient; each call computes both. */
export function lossAlone(rows: number): () => tf.Tensor {
  const values = Float32Array.from({ length: rows * 128 }, (_, i) => Math.sin(i * 0.37));
  const embeddings = tf.tensor2d(values, [rows, 128]);
  const ids = int32(rows, (row) => row);
  const samples = int32(rows, (row) => row >> 1);
  const labels = int32(rows, (row) => (row >> 1) % 10);
  const dy = tf.tensor1d(new Float32Array(rows).fill(1 / rows));
  const gradient = tf.grad(
    (x: tf.Tensor) =>
      contrastiveLoss(
        {
          anchors: x as tf.Tensor2D,
          contrasts: x as tf.Tensor2D,
          anchorIds: ids,
          contrastIds: ids,
          anchorSamples: samples,
          contrastSamples: samples,
          anchorLabels: labels,
          contrastLabels: labels,
        },
        {
          version: 1,
          temperature: 0.1,
          summation: "outside",
          denominator: "all",
          positivesCap: -1,
          positives: "equal-label",
        },
      ).perAnchor,
  );
  return () => gradient(embeddings, dy);
}

function int32(rows: number, of: (row: number) => number): tf.Tensor1D {
  return tf.tensor1d(
    Int32Array.from({ length: rows }, (_, row) => of(row)),
    "int32",
  );
}
