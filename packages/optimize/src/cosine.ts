import * as z from "zod";
import { parseOptions, type Schedule } from "@contrastive/core";
import { rateSchema } from "./learning-rate.js";
import { plugin } from "./plugin.js";
import { fractionOf } from "./progress.js";

export interface CosineOptions {
  /** The value at step 0; >= 0. Default 0.05. */
  readonly initial?: number;
  /** The value when the run is over; >= 0. Default 0. */
  readonly end?: number;
}

const schema = z.strictObject({ initial: rateSchema.default(0.05), end: rateSchema.default(0) });

/**
 * Half a cosine over the whole run, new at every step, without restarts.
 *
 * Loshchilov & Hutter 2017, arXiv 1608.03983, equation 5. (SupContrast takes one value for an epoch.)
 */
export function cosine(given: CosineOptions = {}): Schedule {
  const options = parseOptions("schedule", "cosine", schema, given);
  const { initial, end } = options;
  return {
    ...plugin("cosine", "cosine", options),
    at: (progress) => end + ((initial - end) * (1 + Math.cos(Math.PI * fractionOf(progress)))) / 2,
  };
}
