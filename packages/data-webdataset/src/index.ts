import type { PluginTable } from "@contrastive/core";
import { webDataset } from "./web-dataset.js";

export { webDataset, type WebDatasetOptions } from "./web-dataset.js";
export type { SkippedImage } from "@contrastive/data-image-folder";

export const plugins = { dataset: { "web-dataset": webDataset } } satisfies PluginTable;
