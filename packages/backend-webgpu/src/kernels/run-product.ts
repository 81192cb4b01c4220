import * as tf from "@tensorflow/tfjs-core";
import type { Runner } from "../runner/runner.js";
import type { ProductPlan } from "../shaders/product/product.js";

export interface Factors {
  readonly a: tf.TensorInfo;
  readonly b: tf.TensorInfo;
  /** `[columns]`, where the plan has one. */
  readonly bias?: tf.TensorInfo;
}

/** The results of a product, in a new tensor. No factor may be empty. */
export function runProduct(
  runner: Runner,
  plan: ProductPlan,
  { a, b, bias }: Factors,
  shape: readonly number[],
): tf.TensorInfo {
  const sizes = { a: sizeOf(a), b: sizeOf(b) };
  const { product, sum } = runner.tiles.cut(plan, sizes);
  const results = runner.output(shape);
  const last = bias === undefined ? [results] : [bias, results];
  if (sum === undefined) {
    runner.run(product, [a, b, ...last]);
    return results;
  }
  const partial = runner.output([sum.partialSize]);
  runner.run(product, [a, b, partial]);
  runner.run(sum.dispatch, [partial, ...last]);
  runner.free(partial);
  return results;
}

function sizeOf({ shape }: tf.TensorInfo): number {
  return tf.util.sizeFromShape(shape);
}
