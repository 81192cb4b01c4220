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

export interface AdamOptions extends ScaleByAdamOptions {
  /** A number >= 0, or a schedule. Default 0.001, as the paper. */
  readonly learningRate?: LearningRate;
  /** An L2 penalty, added to the gradient before it is scaled; >= 0. Default 0. `adamw` decouples it. */
  readonly weightDecay?: number;
  /** Which weights decay. Default `"all"`, as PyTorch. */
  readonly decay?: Mask;
}

const schema = z.strictObject({
  learningRate: learningRateSchema.default(0.001),
  ...adamShape,
  weightDecay: z.number().min(0).default(0),
  decay: maskSchema.default("all"),
});

/** Adam (Kingma & Ba 2015, arXiv 1412.6980), as `torch.optim.Adam`. */
export function adam(given: AdamOptions = {}): GradientTransform {
  const options = parseOptions("optimizer", "adam", schema, given);
  const { learningRate, weightDecay, decay, ...moments } = options;
  return {
    ...chain([
      addDecayedWeights({ weightDecay, mask: decay }),
      scaleByAdam(moments),
      scaleByLearningRate({ learningRate }),
    ]),
    ...plugin("adam", "adam", options),
    ...applyAdam(options, { name: "adam", moments: "1", decoupled: false }),
  };
}
