import * as z from "zod";
import { type GradientTransform, parseOptions } from "@contrastive/core";
import { addDecayedWeights } from "./add-decayed-weights.js";
import { applyAdam } from "./apply-adam.js";
import { chain } from "./chain.js";
import { type LearningRate, learningRateSchema } from "./learning-rate.js";
import { type Mask, maskSchema } from "./mask.js";
import { plugin } from "./plugin.js";
import { adamShape, scaleByAdam, type ScaleByAdamOptions } from "./scale-by-adam.js";
import { scaleByLearningRate } from "./scale-by-learning-rate.js";

export interface AdamwOptions extends ScaleByAdamOptions {
  /** A number >= 0, or a schedule; it multiplies the decay too. Default 0.001. */
  readonly learningRate?: LearningRate;
  /** Added after the gradient is scaled; >= 0. Default 0.01, as PyTorch. */
  readonly weightDecay?: number;
  /**
   * Which weights decay. Default `"matrices"`, as the transformer recipes that AdamW is for (DINO, MAE, timm);
   * `torch.optim.AdamW` by itself does what `"all"` does.
   */
  readonly decay?: Mask;
}

const schema = z.strictObject({
  learningRate: learningRateSchema.default(0.001),
  ...adamShape,
  weightDecay: z.number().min(0).default(0.01),
  decay: maskSchema.default("matrices"),
});

/** Adam with decoupled weight decay (Loshchilov & Hutter 2019, arXiv 1711.05101), as `torch.optim.AdamW`. */
export function adamw(given: AdamwOptions = {}): GradientTransform {
  const options = parseOptions("optimizer", "adamw", schema, given);
  const { learningRate, weightDecay, decay, ...moments } = options;
  return {
    ...chain([
      scaleByAdam(moments),
      addDecayedWeights({ weightDecay, mask: decay }),
      scaleByLearningRate({ learningRate }),
    ]),
    ...plugin("adamw", "adamw", options),
    ...applyAdam(options, { name: "adamw", moments: "0", decoupled: true }),
  };
}
