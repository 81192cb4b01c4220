import type { PluginTable } from "@contrastive/core";
import { simclr } from "./simclr.js";

export { simclr, type SimclrOptions } from "./simclr.js";

export const plugins = { loss: { simclr } } satisfies PluginTable;
