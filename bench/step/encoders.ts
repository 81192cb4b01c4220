import { resnet18, resnet50, resnet8 } from "@contrastive/encoder-resnet";
import { vit } from "./vit.js";

export const encoders = {
  resnet18: resnet18({ stem: "cifar" }),
  resnet50: resnet50({ stem: "cifar" }),
  "vit-tiny": vit({ image: 32, patch: 4, width: 192, depth: 12, heads: 3 }),
  /** To try a benchmark where there is no time for one. */
  tiny: resnet8({ width: 0.25, shortcut: "B" }),
};
