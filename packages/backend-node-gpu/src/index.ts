import type { PluginTable } from "@contrastive/core";
import { nodeGpu } from "./node-gpu.js";

export { nodeGpu, type NodeGpuOptions } from "./node-gpu.js";

export const plugins = { backend: { "node-gpu": nodeGpu } } satisfies PluginTable;
