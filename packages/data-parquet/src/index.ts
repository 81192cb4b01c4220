import type { PluginTable } from "@contrastive/core";
import { parquet } from "./parquet.js";

export { parquet, type ParquetOptions } from "./parquet.js";
export type { SkippedImage } from "@contrastive/data-image-folder";

export const plugins = { dataset: { parquet } } satisfies PluginTable;
