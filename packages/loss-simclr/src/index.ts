import type { PluginTable } from "@contrastive/core";
import { dcl } from "./dcl.js";
import { dclw } from "./dclw.js";
import { moco } from "./moco.js";
import { simclr } from "./simclr.js";

export { dcl, type DclOptions } from "./dcl.js";
export { dclw, type DclwOptions } from "./dclw.js";
export { moco, type MocoOptions } from "./moco.js";
export { simclr, type SimclrOptions } from "./simclr.js";

export const plugins = { loss: { simclr, moco, dcl, dclw } } satisfies PluginTable;
