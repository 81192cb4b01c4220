import type { PluginTable } from "./plugin.js";
import { sum } from "./sum.js";

export {
  completeConfig,
  type CompleteConfig,
  type Config,
  type ConfigInput,
  defineConfig,
  type MomentumEncoder,
} from "./config.js";
export type * from "./contracts.js";
export { describe, isPlugin, type Json, notReproducible } from "./describe.js";
export { ContrastiveError, type Complaint, OutOfMemoryError, show } from "./errors.js";
export { firstAvailable, type FirstAvailableOptions } from "./first-available.js";
export { nearest, parseOptions } from "./options.js";
export type { Plugin, PluginKind, PluginReference, PluginSource, PluginTable } from "./plugin.js";
export { type PluginLoader, resolveConfig, resolvePlugin, slotKind } from "./resolve.js";
export { createRng, type Rng } from "./rng.js";
export {
  decodeSafetensors,
  encodeSafetensors,
  type HostTensor,
  type SafetensorsFile,
} from "./safetensors.js";
export { sum, type SumOptions, type SumTerm } from "./sum.js";

export const plugins = { loss: { sum } } satisfies PluginTable;
