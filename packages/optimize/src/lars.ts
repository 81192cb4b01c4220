import * as z from "zod";
import { type GradientTransform, parseOptions } from "@contrastive/core";
import { larsUpdate } from "@contrastive/ops";
import { addDecayedWeights } from "./add-decayed-weights.js";
import { chain } from "./chain.js";
import { conditional } from "./conditional.js";
import { type LearningRate, learningRateSchema, rateAt } from "./learning-rate.js";
import { covers, type Mask, maskSchema } from "./mask.js";
import { stateOf, under } from "./params.js";
import { plugin } from "./plugin.js";
import { scaleByLearningRate } from "./scale-by-learning-rate.js";
import { scaleByTrustRatio } from "./scale-by-trust-ratio.js";
import { trace } from "./trace.js";

export interface LarsOptions {
  /** A number >= 0, or a schedule. Default 0.3: SimCLR's for 256 samples a batch, to be scaled with the batch. */
  readonly learningRate?: LearningRate;
  /** In [0, 1). Default 0.9. */
  readonly momentum?: number;
  /** Nesterov's momentum. Default false. */
  readonly nesterov?: boolean;
  /** An L2 penalty, added to the gradient before its norm is taken; >= 0. Default 1e-6, as SimCLR. */
  readonly weightDecay?: number;
  /** η, the size of a layer's step relative to its weights; > 0. Default 0.001. */
  readonly trustCoefficient?: number;
  /** Which weights decay. Default `"matrices"`: SimCLR leaves out biases and batch norm. */
  readonly decay?: Mask;
  /** Which weights are scaled by their trust ratio. Default `"matrices"`: SimCLR leaves out biases and batch norm. */
  readonly adapt?: Mask;
}

const schema = z
  .strictObject({
    learningRate: learningRateSchema.default(0.3),
    momentum: z.number().min(0).lt(1).default(0.9),
    nesterov: z.boolean().default(false),
    weightDecay: z.number().min(0).default(1e-6),
    trustCoefficient: z.number().gt(0).default(0.001),
    decay: maskSchema.default("matrices"),
    adapt: maskSchema.default("matrices"),
  })
  .refine(({ nesterov, momentum }) => !nesterov || momentum > 0, {
    path: ["nesterov"],
    error: "false where momentum is 0",
  });

/** The state of the chain below that moves. */
const slot = "3/momentum";

/**
 * Layer-wise adaptive rate scaling (You et al. 2017, arXiv 1708.03888), as SimCLR's `LARSOptimizer`.
 *
 * Its momentum is the classic one: it accumulates steps that the learning rate has already scaled.
 */
export function lars(given: LarsOptions = {}): GradientTransform {
  const options = parseOptions("optimizer", "lars", schema, given);
  const { learningRate, momentum, nesterov, weightDecay, trustCoefficient, decay, adapt } = options;
  return {
    ...chain([
      addDecayedWeights({ weightDecay, mask: decay }),
      scaleByTrustRatio({ trustCoefficient, mask: adapt }),
      scaleByLearningRate({ learningRate }),
      trace({ momentum, nesterov }),
    ]),
    ...plugin("lars", "lars", options),
    ...conditional((condition, gradients, state, { weights, ...progress }) => {
      const next = larsUpdate(
        { weights, gradients, momentum: momentum === 0 ? {} : stateOf("lars", slot, state, gradients) },
        {
          learningRate: rateAt(learningRate, progress),
          momentum,
          nesterov,
          weightDecay: (name) => (covers(decay, name, weights[name].shape) ? weightDecay : 0),
          trustCoefficient,
          adapts: (name) => covers(adapt, name, weights[name].shape),
        },
        condition,
      );
      return { weights: next.weights, state: under(slot, next.momentum) };
    }),
  };
}
