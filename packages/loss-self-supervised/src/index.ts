import type { PluginTable } from "@contrastive/core";
import { barlowTwins } from "./barlow-twins.js";
import { byol } from "./byol.js";
import { simSiam } from "./sim-siam.js";
import { vicReg } from "./vic-reg.js";

export { barlowTwins, type BarlowTwinsOptions } from "./barlow-twins.js";
export { byol, type ByolOptions } from "./byol.js";
export { simSiam, type SimSiamOptions } from "./sim-siam.js";
export { vicReg, type VicRegOptions } from "./vic-reg.js";

export const plugins = {
  loss: { "barlow-twins": barlowTwins, vicreg: vicReg, simsiam: simSiam, byol },
} satisfies PluginTable;
