import * as tf from "@tensorflow/tfjs-core";

/** `[batch, views, dim]` as `[batch, views · dim]`, in which every view has columns, and thus statistics, of its own. */
export function viewsAsColumns(x: tf.Tensor3D): tf.Tensor2D {
  return tf.reshape(x, [x.shape[0], -1]);
}

/** Each view's columns, `[batch, dim]`. */
export function splitColumns(x: tf.Tensor2D, views: number): tf.Tensor2D[] {
  const [batch, columns] = x.shape;
  const dim = columns / views;
  return Array.from({ length: views }, (_, view) => tf.slice(x, [0, view * dim], [batch, dim]));
}

/** Every unordered pair. */
export function pairsOf<T>(views: readonly T[]): (readonly [a: T, b: T])[] {
  return views.flatMap((a, i) => views.slice(i + 1).map((b) => [a, b] as const));
}

export function meanOf(scalars: readonly tf.Tensor[]): tf.Scalar {
  return tf.div(tf.addN([...scalars]), scalars.length);
}

/** In two steps: backends are faster at rows than at a whole tensor, and less is lost to rounding. */
export function sumOfAll(x: tf.Tensor): tf.Scalar {
  return tf.sum(tf.sum(x, -1));
}
