import type { PluginTable } from "@contrastive/core";
import { resnet20, resnet32, resnet56, resnet8 } from "./cifar.js";
import { resnet101, resnet152, resnet18, resnet200, resnet34, resnet50 } from "./imagenet.js";
import { linearHead } from "./linear-head.js";
import { projectionHead } from "./projection-head.js";

export { type CifarResNetOptions, resnet20, resnet32, resnet56, resnet8 } from "./cifar.js";
export {
  resnet101,
  resnet152,
  resnet18,
  resnet200,
  resnet34,
  resnet50,
  type ResNetOptions,
} from "./imagenet.js";
export { linearHead, type LinearHeadOptions } from "./linear-head.js";
export { projectionHead, type ProjectionHeadOptions } from "./projection-head.js";

export const plugins = {
  encoder: {
    resnet18,
    resnet34,
    resnet50,
    resnet101,
    resnet152,
    resnet200,
    resnet8,
    resnet20,
    resnet32,
    resnet56,
  },
  head: { projection: projectionHead, linear: linearHead },
} satisfies PluginTable;
