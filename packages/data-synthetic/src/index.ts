import type { PluginTable } from "@contrastive/core";
import { synthetic } from "./synthetic.js";

export { synthetic, type SyntheticOptions } from "./synthetic.js";

export const plugins = { dataset: { synthetic } } satisfies PluginTable;
