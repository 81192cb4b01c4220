import { type Mix, parseOptions } from "@contrastive/core";
import * as z from "zod";
import { drawBeta } from "./beta.js";
import { batchDrawsOf } from "./draws.js";
import { plugin } from "./plugin.js";
import { positive } from "./schemas.js";

export interface MixUpOptions {
  /**
   * α of Beta(α, α), which λ is drawn from: 1 is even in 0..1, smaller mixes less, larger nearer to half and half. Default 1, as
   * torchvision and as the paper on CIFAR; on ImageNet the paper has 0.1 to 0.4, and torchvision's recipes 0.2.
   */
  readonly alpha?: number;
}

const schema = z.strictObject({ alpha: positive.default(1) });

/**
 * Blends each sample with the one before it in the batch, as torchvision's `MixUp`:
 *
 *     x = λ x_i + (1 − λ) x_{i−1},   y = λ y_i + (1 − λ) y_{i−1}
 *
 * with one λ a batch. Zhang et al. 2018, arXiv 1710.09412.
 */
export function mixUp(given: MixUpOptions = {}): Mix {
  const options = parseOptions("mix", "mixup", schema, given);
  return {
    ...plugin("mixup", "mixUp", options),
    draw: (key) => ({ op: "blend", share: drawBeta(batchDrawsOf(key), options.alpha) }),
  };
}
