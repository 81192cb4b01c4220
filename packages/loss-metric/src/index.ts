import type { PluginTable } from "@contrastive/core";
import { circle } from "./circle.js";
import { contrastive } from "./contrastive.js";
import { liftedStructure } from "./lifted-structure.js";
import { multiSimilarity } from "./multi-similarity.js";
import { nPairs } from "./n-pairs.js";
import { softNearestNeighbor } from "./soft-nearest-neighbor.js";
import { triplet } from "./triplet.js";

export { circle, type CircleOptions } from "./circle.js";
export { contrastive, type ContrastiveOptions } from "./contrastive.js";
export type { Distance } from "./distance.js";
export { liftedStructure, type LiftedStructureOptions } from "./lifted-structure.js";
export { multiSimilarity, type MultiSimilarityOptions } from "./multi-similarity.js";
export { nPairs, type NPairsOptions } from "./n-pairs.js";
export { softNearestNeighbor, type SoftNearestNeighborOptions } from "./soft-nearest-neighbor.js";
export { triplet, type TripletOptions } from "./triplet.js";

export const plugins = {
  loss: {
    circle,
    contrastive,
    "lifted-structure": liftedStructure,
    "multi-similarity": multiSimilarity,
    "n-pairs": nPairs,
    "soft-nearest-neighbor": softNearestNeighbor,
    triplet,
  },
} satisfies PluginTable;
