import type { PluginTable } from "@contrastive/core";
import { wasm } from "./wasm.js";

export { wasm, type WasmOptions } from "./wasm.js";

export const plugins = { backend: { wasm } } satisfies PluginTable;
