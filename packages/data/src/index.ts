import type { PluginTable } from "@contrastive/core";
import { classBalanced } from "./class-balanced.js";
import { hierarchical } from "./hierarchical.js";
import { labelFraction } from "./label-fraction.js";
import { labelNoise } from "./label-noise.js";
import { mPerClass } from "./m-per-class.js";
import { sequential } from "./sequential.js";
import { shardShuffle } from "./shard-shuffle.js";
import { shuffle } from "./shuffle.js";
import { weighted } from "./weighted.js";

export { classBalanced, type ClassBalancedOptions } from "./class-balanced.js";
export { datasetOption } from "./dataset-option.js";
export { fromArrays, type FromArraysOptions, type LabelledImages } from "./from-arrays.js";
export { hierarchical, type HierarchicalOptions } from "./hierarchical.js";
export { labelFraction, type LabelFractionOptions } from "./label-fraction.js";
export { labelNoise, type LabelNoiseOptions } from "./label-noise.js";
export { mPerClass, type MPerClassOptions } from "./m-per-class.js";
export { type IndexedImages, openIndexed } from "./open-indexed.js";
export {
  type Batch,
  createLoader,
  type EpochOptions,
  type Loader,
  type LoaderOptions,
  type StepsOptions,
} from "./loader.js";
export { sequential } from "./sequential.js";
export { shardShuffle, type ShardShuffleOptions } from "./shard-shuffle.js";
export { shuffle } from "./shuffle.js";
export { split, type SplitOptions } from "./split.js";
export { limit, subset } from "./subset.js";
export type { ViewGroup } from "./view-groups.js";
export { weighted, type WeightedOptions } from "./weighted.js";

export const plugins = {
  dataset: { "label-fraction": labelFraction, "label-noise": labelNoise },
  sampler: {
    shuffle,
    sequential,
    "class-balanced": classBalanced,
    "m-per-class": mPerClass,
    hierarchical,
    weighted,
    "shard-shuffle": shardShuffle,
  },
} satisfies PluginTable;
