// tfjs names the kernel with an underscore.
/* oxlint-disable no-underscore-dangle */
import * as tf from "@tensorflow/tfjs-core";
import { batchProduct, shapeOf } from "./batch-product.js";
import { fused, fusedZeros, isOfColumns } from "./fused.js";
import { kernel } from "./kernel.js";

/** A matrix product with a bias and an activation. */
export const fusedMatMul = kernel<"a" | "b" | "bias" | "preluActivationWeights", tf._FusedMatMulAttrs>(
  tf._FusedMatMul,
  ({ inputs: { a, b, bias, preluActivationWeights }, attrs, runner, stock }) => {
    const { transposeA, transposeB, activation, leakyreluAlpha: slope = 0 } = attrs;
    const factors = { a, transposeA, b, transposeB };
    const { outer, rows, columns } = shapeOf(factors);
    if (a.dtype !== "float32" || b.dtype !== "float32" || !isOfColumns(bias, columns)) return stock();
    const after = { bias, activation, slope, preluActivationWeights };
    if (a.size * b.size === 0) return fusedZeros(after, [...outer, rows, columns]);
    return fused(after, (options) => batchProduct(runner, { ...factors, ...options }));
  },
);
