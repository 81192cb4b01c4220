import * as tf from "@tensorflow/tfjs-core";
import { batchProduct, shapeOf } from "./batch-product.js";
import { kernel } from "./kernel.js";

/** Stock's sums long inner axes with atomics, whose bits differ from time to time. */
export const batchMatMul = kernel<"a" | "b", tf.BatchMatMulAttrs>(
  tf.BatchMatMul,
  ({ inputs: { a, b }, attrs, runner, stock }) => {
    if (a.dtype !== "float32" || b.dtype !== "float32") return stock();
    const options = { a, b, ...attrs };
    if (a.size * b.size > 0) return batchProduct(runner, options);
    const { outer, rows, columns } = shapeOf(options);
    return tf.zeros([...outer, rows, columns]);
  },
);
