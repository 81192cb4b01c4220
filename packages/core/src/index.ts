export type * from "./contracts.js";
export { ContrastiveError, type Complaint, show } from "./errors.js";
export { nearest, parseOptions } from "./options.js";
export type { Plugin, PluginKind, PluginReference, PluginSource, PluginTable } from "./plugin.js";
export { createRng, type Rng } from "./rng.js";
