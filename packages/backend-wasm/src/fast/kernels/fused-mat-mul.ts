// tfjs names the kernel with an underscore.
/* oxlint-disable no-underscore-dangle */
import * as tf from "@tensorflow/tfjs-core";
import { fastKernel } from "../fast-kernel.js";
import { batchProduct } from "./batch-product.js";

/** What an activation that only bounds its argument bounds it by. */
const bounds: Readonly<Record<string, { readonly least?: number; readonly most?: number }>> = {
  linear: {},
  relu: { least: 0 },
  relu6: { least: 0, most: 6 },
};

/** A matrix product with a bias [columns] and an activation. */
export const fusedMatMul = fastKernel<"a" | "b" | "bias" | "preluActivationWeights", tf._FusedMatMulAttrs>(
  tf._FusedMatMul,
  ({ inputs: { a, b, bias, preluActivationWeights }, attrs, runtime, stock }) => {
    const { transposeA, transposeB, activation, leakyreluAlpha } = attrs;
    const columns = b.shape[transposeB ? 1 : 2];
    if (a.size * b.size === 0 || (bias !== undefined && bias.size !== columns)) return stock();
    const bounded = bounds[activation];
    const product = batchProduct(runtime, { a, transposeA, b, transposeB, bias, ...bounded });
    if (bounded !== undefined) return product;
    return tf.tidy(() => {
      const x = tf.engine().makeTensorFromTensorInfo(product);
      switch (activation) {
        case "elu":
          return tf.elu(x);
        case "leakyrelu":
          return tf.leakyRelu(x, leakyreluAlpha);
        case "prelu":
          return tf.prelu(x, preluActivationWeights);
        case "sigmoid":
          return tf.sigmoid(x);
        default:
          throw new Error(`activation "${activation}" is none of tfjs`);
      }
    });
  },
);
