import * as z from "zod";
import { parseOptions, type Schedule } from "@contrastive/core";
import { type LearningRate, learningRateSchema, rateAt } from "./learning-rate.js";
import { plugin } from "./plugin.js";
import { partOf } from "./progress.js";

export interface WarmupOptions {
  /** How many epochs the value rises for; parts of one are fine; >= 0. Default 10, as SimCLR and SupContrast. */
  readonly epochs?: number;
  /** What it rises to: a number, or a schedule, which then has the rest of the run for its own. Default 0.05. */
  readonly to?: LearningRate;
}

const schema = z.strictObject({
  epochs: z.number().min(0).default(10),
  to: learningRateSchema.default(0.05),
});

/**
 * A straight rise from nothing, then another schedule: of W steps of warm-up, step s takes (s + 1) / W of the peak.
 *
 * So the first step moves already, and the last one of the warm-up is at the peak. (SimCLR's code takes s / W,
 * and its first step moves nothing.) In a run shorter than the warm-up, the whole run is the warm-up: it reaches the
 * peak at its last step.
 */
export function warmup(given: WarmupOptions = {}): Schedule {
  const options = parseOptions("schedule", "warmup", schema, given);
  const { epochs, to } = options;
  return {
    ...plugin("warmup", "warmup", options),
    at: (progress) => {
      const { step, stepsPerEpoch, totalSteps } = progress;
      const steps = Math.min(epochs * stepsPerEpoch, totalSteps);
      const rest = partOf(progress, steps, totalSteps);
      if (step >= steps) return rateAt(to, rest);
      return rateAt(to, { ...rest, step: 0 }) * Math.min(1, (step + 1) / steps);
    },
  };
}
