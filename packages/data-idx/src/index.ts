import type { PluginTable } from "@contrastive/core";
import { fashionMnist } from "./fashion-mnist.js";
import { idx } from "./idx.js";
import { kmnist } from "./kmnist.js";
import { mnist } from "./mnist.js";

export type { DownloadProgress } from "@contrastive/data/files";
export { fashionMnist } from "./fashion-mnist.js";
export { idx, type IdxFiles, type IdxOptions } from "./idx.js";
export { kmnist } from "./kmnist.js";
export { mnist } from "./mnist.js";
export type { MnistOptions } from "./variant.js";

export const plugins = {
  dataset: { mnist, "fashion-mnist": fashionMnist, kmnist, idx },
} satisfies PluginTable;
