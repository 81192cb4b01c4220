import type { PairSimilarity } from "@contrastive/ops";

/** How far two embeddings are apart: ‖x − y‖, or its square. */
export type Distance = "euclidean" | "squared-euclidean";

export function nearness(distance: Distance): PairSimilarity {
  return distance === "euclidean" ? "negative-distance" : "negative-squared-distance";
}
