import * as tf from "@tensorflow/tfjs-core";

/** s_ij of two rows: x_i·x_j, −‖x_i − x_j‖ or −‖x_i − x_j‖². */
export type PairSimilarity = "product" | "negative-distance" | "negative-squared-distance";

/** |x_i|², `[n]`. */
export function squaredLengths(x: tf.Tensor2D): tf.Tensor1D {
  return tf.sum(tf.square(x), 1);
}

/** s_ij `[rows, n]` of the rows from `begin` on, from their products with all rows. */
export function similarities(
  products: tf.Tensor2D,
  squares: tf.Tensor1D,
  begin: number,
  similarity: PairSimilarity,
): tf.Tensor2D {
  if (similarity === "product") return products;
  const own = tf.reshape(tf.slice1d(squares, begin, products.shape[0]), [-1, 1]);
  // Of equal rows, rounding may leave less than nothing.
  const squaredDistance = tf.relu(tf.sub(tf.add(own, squares), tf.mul(products, 2)) as tf.Tensor2D);
  return tf.neg(similarity === "negative-distance" ? tf.sqrt(squaredDistance) : squaredDistance);
}

/**
 * The forces f_ij `[rows, n]` of slopes ∂loss/∂s_ij: the gradient with respect to x_i is Σ_j f_ij (x_j − x_i), or
 * Σ_j f_ij x_j where the similarity is a product. Equal rows have no distance that a gradient could change: 0.
 */
export function forcesOf(slopes: tf.Tensor, s: tf.Tensor, similarity: PairSimilarity): tf.Tensor2D {
  switch (similarity) {
    case "product":
      return slopes as tf.Tensor2D;
    case "negative-distance": {
      const apart = tf.less(s, 0);
      const distance = tf.where(apart, tf.neg(s), tf.onesLike(s));
      return tf.where(apart, tf.div(slopes, distance), tf.zerosLike(s)) as tf.Tensor2D;
    }
    case "negative-squared-distance":
      return tf.mul(slopes, 2);
  }
}

/** The gradient of rows that forces pull at from all rows: see `forcesOf`. `[rows, d]`. */
export function pulledBy(
  forces: tf.Tensor2D,
  own: tf.Tensor2D,
  all: tf.Tensor2D,
  similarity: PairSimilarity,
): tf.Tensor2D {
  const towards = tf.matMul(forces, all) as tf.Tensor2D;
  if (similarity === "product") return towards;
  return tf.sub(towards, tf.mul(own, tf.sum(forces, 1, true)));
}
