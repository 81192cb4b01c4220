import type { TensorInfo } from "@tensorflow/tfjs-core";
import type { PairSimilarity, PairTileInputs } from "@contrastive/ops";
import { rowsOf } from "../kernels/rows.js";
import type { Runtime } from "../runtime.js";

/** In the order of their numbers in the compiled kernels. */
const similarities = ["product", "negative-distance", "negative-squared-distance"] as const;

/** What the kernels on pairs are told of some rows and their products with all. */
export function tileArguments(
  runtime: Runtime,
  { products, squares, labels }: Readonly<Record<keyof PairTileInputs, TensorInfo>>,
  { begin, similarity }: { readonly begin: number; readonly similarity: PairSimilarity },
) {
  const { tasks, ...cut } = rowsOf(products);
  return {
    tasks,
    tile: {
      ...cut,
      first: begin,
      products: runtime.addressOf(products),
      squares: runtime.addressOf(squares),
      labels: runtime.addressOf(labels),
      similarity: similarities.indexOf(similarity),
    },
  };
}
