import type { PluginTable } from "@contrastive/core";
import { supCon } from "./sup-con.js";

export { supConPerAnchor } from "./contrast.js";
export type { SupConMemory, SupConOptions } from "./options.js";
export { supCon } from "./sup-con.js";

export const plugins = { loss: { supcon: supCon } } satisfies PluginTable;
