import * as z from "zod";
import { type GradientTransform, parseOptions } from "@contrastive/core";
import { sgdUpdate } from "@contrastive/ops";
import { addDecayedWeights } from "./add-decayed-weights.js";
import { chain } from "./chain.js";
import { conditional } from "./conditional.js";
import { type LearningRate, learningRateSchema, rateAt } from "./learning-rate.js";
import { covers, type Mask, maskSchema } from "./mask.js";
import { stateOf, under } from "./params.js";
import { plugin } from "./plugin.js";
import { scaleByLearningRate } from "./scale-by-learning-rate.js";
import { trace } from "./trace.js";

export interface SgdOptions {
  /** A number >= 0, or a schedule. Default 0.05, as SupContrast, which trains with 256 samples a batch. */
  readonly learningRate?: LearningRate;
  /** In [0, 1). Default 0, as PyTorch; SupContrast and most contrastive training use 0.9. */
  readonly momentum?: number;
  /** Nesterov's momentum; needs `momentum`. Default false. */
  readonly nesterov?: boolean;
  /** An L2 penalty, added to the gradient; >= 0. Default 0, as PyTorch; SupContrast uses 1e-4. */
  readonly weightDecay?: number;
  /** Which weights decay. Default `"all"`, as PyTorch and SupContrast, biases and norms included. */
  readonly decay?: Mask;
}

const schema = z
  .strictObject({
    learningRate: learningRateSchema.default(0.05),
    momentum: z.number().min(0).lt(1).default(0),
    nesterov: z.boolean().default(false),
    weightDecay: z.number().min(0).default(0),
    decay: maskSchema.default("all"),
  })
  .refine(({ nesterov, momentum }) => !nesterov || momentum > 0, {
    path: ["nesterov"],
    error: "false where momentum is 0",
  });

/** The state of the chain below that moves. */
const slot = "1/momentum";

/** Stochastic gradient descent with momentum, weight decay inside the gradient, as `torch.optim.SGD`. */
export function sgd(given: SgdOptions = {}): GradientTransform {
  const options = parseOptions("optimizer", "sgd", schema, given);
  const { learningRate, momentum, nesterov, weightDecay, decay } = options;
  return {
    ...chain([
      addDecayedWeights({ weightDecay, mask: decay }),
      trace({ momentum, nesterov }),
      scaleByLearningRate({ learningRate }),
    ]),
    ...plugin("sgd", "sgd", options),
    ...conditional((condition, gradients, state, { weights, ...progress }) => {
      const next = sgdUpdate(
        { weights, gradients, momentum: momentum === 0 ? {} : stateOf("sgd", slot, state, gradients) },
        {
          learningRate: rateAt(learningRate, progress),
          momentum,
          nesterov,
          weightDecay: (name) => (covers(decay, name, weights[name].shape) ? weightDecay : 0),
        },
        condition,
      );
      return { weights: next.weights, state: under(slot, next.momentum) };
    }),
  };
}
