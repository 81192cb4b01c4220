import type { PluginTable } from "@contrastive/core";
import { corrupted } from "./corrupted.js";

export { corrupt } from "./corrupt.js";
export { corrupted, type CorruptedOptions } from "./corrupted.js";
export type { CorruptionTable, Severity } from "./corruption.js";
export { commonCorruptions, type CorruptionName, extraCorruptions } from "./corruptions.js";

export const plugins = { dataset: { corrupted } } satisfies PluginTable;
