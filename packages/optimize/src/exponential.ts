import * as z from "zod";
import { parseOptions, type Schedule } from "@contrastive/core";
import { rateSchema } from "./learning-rate.js";
import { plugin } from "./plugin.js";
import { epochOf } from "./progress.js";

export interface ExponentialOptions {
  /** The value at step 0; >= 0. Default 0.05. */
  readonly initial?: number;
  /** What an epoch multiplies it by, spread evenly over the epoch's steps; in (0, 1]. Default 0.97. */
  readonly factorPerEpoch?: number;
}

const schema = z.strictObject({
  initial: rateSchema.default(0.05),
  factorPerEpoch: z.number().gt(0).max(1).default(0.97),
});

/** Exponential decay: `initial` · `factorPerEpoch`^epoch, new at every step. */
export function exponential(given: ExponentialOptions = {}): Schedule {
  const options = parseOptions("schedule", "exponential", schema, given);
  const { initial, factorPerEpoch } = options;
  return {
    ...plugin("exponential", "exponential", options),
    at: (progress) => initial * factorPerEpoch ** epochOf(progress),
  };
}
