import type { PluginTable } from "@contrastive/core";

export const plugins = { loss: {} } satisfies PluginTable;
