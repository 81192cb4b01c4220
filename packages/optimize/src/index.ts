import type { PluginTable } from "@contrastive/core";
import { adam } from "./adam.js";
import { adamw } from "./adamw.js";
import { addDecayedWeights } from "./add-decayed-weights.js";
import { chain } from "./chain.js";
import { chained } from "./chained.js";
import { clipByGlobalNorm } from "./clip-by-global-norm.js";
import { constant } from "./constant.js";
import { cosine } from "./cosine.js";
import { exponential } from "./exponential.js";
import { lars } from "./lars.js";
import { linear } from "./linear.js";
import { partition } from "./partition.js";
import { rmsprop } from "./rmsprop.js";
import { scaleByAdam } from "./scale-by-adam.js";
import { scaleByLearningRate } from "./scale-by-learning-rate.js";
import { scaleByRms } from "./scale-by-rms.js";
import { scaleByTrustRatio } from "./scale-by-trust-ratio.js";
import { sgd } from "./sgd.js";
import { step } from "./step.js";
import { trace } from "./trace.js";
import { warmup } from "./warmup.js";
import { warmupCosine } from "./warmup-cosine.js";

export { adam, type AdamOptions } from "./adam.js";
export { adamw, type AdamwOptions } from "./adamw.js";
export { lars, type LarsOptions } from "./lars.js";
export { rmsprop, type RmspropOptions } from "./rmsprop.js";
export { sgd, type SgdOptions } from "./sgd.js";

export { addDecayedWeights, type AddDecayedWeightsOptions } from "./add-decayed-weights.js";
export { chain, type ChainOptions } from "./chain.js";
export { clipByGlobalNorm, type ClipByGlobalNormOptions } from "./clip-by-global-norm.js";
export { type Part, partition, type PartitionOptions } from "./partition.js";
export { scaleByAdam, type ScaleByAdamOptions } from "./scale-by-adam.js";
export { scaleByLearningRate, type ScaleByLearningRateOptions } from "./scale-by-learning-rate.js";
export { scaleByRms, type ScaleByRmsOptions } from "./scale-by-rms.js";
export { scaleByTrustRatio, type ScaleByTrustRatioOptions } from "./scale-by-trust-ratio.js";
export { trace, type TraceOptions } from "./trace.js";

export { chained, type ChainedOptions, type SchedulePart } from "./chained.js";
export { constant, type ConstantOptions } from "./constant.js";
export { cosine, type CosineOptions } from "./cosine.js";
export { exponential, type ExponentialOptions } from "./exponential.js";
export { linear, type LinearOptions } from "./linear.js";
export { step, type StepOptions } from "./step.js";
export { warmup, type WarmupOptions } from "./warmup.js";
export { warmupCosine, type WarmupCosineOptions } from "./warmup-cosine.js";

export type { LearningRate } from "./learning-rate.js";
export type { Mask } from "./mask.js";

export const plugins = {
  optimizer: {
    adam,
    adamw,
    "add-decayed-weights": addDecayedWeights,
    chain,
    "clip-by-global-norm": clipByGlobalNorm,
    lars,
    partition,
    rmsprop,
    "scale-by-adam": scaleByAdam,
    "scale-by-learning-rate": scaleByLearningRate,
    "scale-by-rms": scaleByRms,
    "scale-by-trust-ratio": scaleByTrustRatio,
    sgd,
    trace,
  },
  schedule: {
    chained,
    constant,
    cosine,
    exponential,
    linear,
    step,
    warmup,
    "warmup-cosine": warmupCosine,
  },
} satisfies PluginTable;
