import type { PluginTable } from "@contrastive/core";
import { crossEntropy } from "./cross-entropy.js";

export { crossEntropy, type CrossEntropyOptions } from "./cross-entropy.js";

export const plugins = { loss: { "cross-entropy": crossEntropy } } satisfies PluginTable;
