import * as z from "zod";
import { type GradientTransform, parseOptions } from "@contrastive/core";
import { addDecayedWeights } from "./add-decayed-weights.js";
import { chain } from "./chain.js";
import { type LearningRate, learningRateSchema } from "./learning-rate.js";
import { type Mask, maskSchema } from "./mask.js";
import { plugin } from "./plugin.js";
import { rmsShape, scaleByRms, type ScaleByRmsOptions } from "./scale-by-rms.js";
import { scaleByLearningRate } from "./scale-by-learning-rate.js";
import { trace } from "./trace.js";

export interface RmspropOptions extends ScaleByRmsOptions {
  /** A number >= 0, or a schedule. Default 0.01, as PyTorch. */
  readonly learningRate?: LearningRate;
  /** Of the scaled gradient, in [0, 1). Default 0. */
  readonly momentum?: number;
  /** An L2 penalty, added to the gradient before it is scaled; >= 0. Default 0. */
  readonly weightDecay?: number;
  /** Which weights decay. Default `"all"`, as PyTorch. */
  readonly decay?: Mask;
}

const schema = z.strictObject({
  learningRate: learningRateSchema.default(0.01),
  ...rmsShape,
  momentum: z.number().min(0).lt(1).default(0),
  weightDecay: z.number().min(0).default(0),
  decay: maskSchema.default("all"),
});

/**
 * RMSProp as `torch.optim.RMSprop`, not centred.
 *
 * TensorFlow's (and `tf.train.rmsprop`) differs: epsilon stands under the root, the learning rate is inside the
 * momentum, and the smoothing is 0.9 by default.
 */
export function rmsprop(given: RmspropOptions = {}): GradientTransform {
  const options = parseOptions("optimizer", "rmsprop", schema, given);
  const { learningRate, smoothing, epsilon, momentum, weightDecay, decay } = options;
  return {
    ...chain([
      addDecayedWeights({ weightDecay, mask: decay }),
      scaleByRms({ smoothing, epsilon }),
      trace({ momentum }),
      scaleByLearningRate({ learningRate }),
    ]),
    ...plugin("rmsprop", "rmsprop", options),
  };
}
