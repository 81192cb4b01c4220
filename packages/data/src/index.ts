import type { PluginTable } from "@contrastive/core";
import { classBalanced } from "./class-balanced.js";
import { hierarchical } from "./hierarchical.js";
import { mPerClass } from "./m-per-class.js";
import { sequential } from "./sequential.js";
import { shuffle } from "./shuffle.js";

export { classBalanced, type ClassBalancedOptions } from "./class-balanced.js";
export { fromArrays, type FromArraysOptions, type LabelledImages } from "./from-arrays.js";
export { hierarchical, type HierarchicalOptions } from "./hierarchical.js";
export { mPerClass, type MPerClassOptions } from "./m-per-class.js";
export { type IndexedImages, openIndexed } from "./open-indexed.js";
export { type Batch, createLoader, type EpochOptions, type Loader, type LoaderOptions } from "./loader.js";
export { sequential } from "./sequential.js";
export { shuffle } from "./shuffle.js";
export { limit, subset } from "./subset.js";
export type { ViewGroup } from "./view-groups.js";

export const plugins = {
  sampler: { shuffle, sequential, "class-balanced": classBalanced, "m-per-class": mPerClass, hierarchical },
} satisfies PluginTable;
