import * as tf from "@tensorflow/tfjs-core";
import { fastKernel } from "../fast-kernel.js";
import { batchProduct } from "./batch-product.js";

export const batchMatMul = fastKernel<"a" | "b", tf.BatchMatMulAttrs>(
  tf.BatchMatMul,
  ({ inputs: { a, b }, attrs: { transposeA, transposeB }, runtime, stock }) =>
    a.size * b.size === 0 ? stock() : batchProduct(runtime, { a, transposeA, b, transposeB }),
);
