import * as tf from "@tensorflow/tfjs-core";
import { rowsOfATile, tiles } from "../contrastive-loss/tiles.js";

export interface ProductsTile {
  /** The first of its rows. */
  readonly begin: number;
  /** `[rows, d]`. */
  readonly own: tf.Tensor2D;
  /** Of its rows with all rows, `[rows, n]`. */
  readonly products: tf.Tensor2D;
}

/** What `f` makes of the products of x `[n, d]` with itself, some rows at a time. It runs in a tidy. */
export function mapProducts<T extends tf.TensorContainer>(x: tf.Tensor2D, f: (tile: ProductsTile) => T): T[] {
  const [n] = x.shape;
  // Transposed once: a product with a transposed operand is slow on stock WASM.
  const transposed = tf.transpose(x);
  const parts = tiles(n, rowsOfATile(n)).map(({ begin, rows }) =>
    tf.tidy(() => {
      const own = tf.slice2d(x, [begin, 0], [rows, -1]);
      return f({ begin, own, products: tf.matMul(own, transposed) });
    }),
  );
  transposed.dispose();
  return parts;
}
