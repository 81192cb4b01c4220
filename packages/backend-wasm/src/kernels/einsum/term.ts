import * as tf from "@tensorflow/tfjs-core";

/** A tensor and, for each of its axes, the number of its label; labels below the output's rank are its axes. */
export interface Term {
  readonly tensor: tf.Tensor;
  readonly ids: readonly number[];
}

/** The term's axes in this order. */
export function arrange({ tensor, ids }: Term, order: readonly number[]): tf.Tensor {
  return tf.transpose(
    tensor,
    order.map((id) => ids.indexOf(id)),
  );
}

export function sizesOf({ tensor, ids }: Term, labels: readonly number[]): number[] {
  return labels.map((id) => tensor.shape[ids.indexOf(id)]);
}

export function countOf(term: Term, labels: readonly number[]): number {
  return tf.util.sizeFromShape(sizesOf(term, labels));
}
