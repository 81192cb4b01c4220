import type { PluginTable } from "@contrastive/core";
import { cifar10 } from "./cifar10.js";
import { cifar100 } from "./cifar100.js";

export { cifar10, type Cifar10Options } from "./cifar10.js";
export { cifar100, type Cifar100Options } from "./cifar100.js";
export { cifar100SuperClasses } from "./cifar100-classes.js";
export type { DownloadProgress } from "@contrastive/data/files";

export const plugins = { dataset: { cifar10, cifar100 } } satisfies PluginTable;
