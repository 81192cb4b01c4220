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
  factors: Factors,
  shape: readonly number[],
): tf.TensorInfo {
  return runProductInto(runner, plan, factors, runner.output(shape));
}

/** Writes the results of a product into a tensor, and returns that. No factor may be empty. */
export function runProductInto(
  runner: Runner,
  plan: ProductPlan,
  { a, b, bias }: Factors,
  results: tf.TensorInfo,
): tf.TensorInfo {
  const { product, sum } = runner.tiles.cut(plan, { a: sizeOf(a), b: sizeOf(b) });
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
