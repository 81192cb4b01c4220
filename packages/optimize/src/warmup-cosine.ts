import * as z from "zod";
import { parseOptions, type Schedule } from "@contrastive/core";
import { cosine } from "./cosine.js";
import { rateSchema } from "./learning-rate.js";
import { plugin } from "./plugin.js";
import { warmup } from "./warmup.js";

export interface WarmupCosineOptions {
  /** The value that the warm-up rises to; >= 0. Default 0.05. */
  readonly peak?: number;
  /** How many epochs the warm-up takes, at most the run; >= 0. Default 10, as SimCLR and SupContrast. */
  readonly warmupEpochs?: number;
  /** The value when the run is over; >= 0. Default 0. */
  readonly end?: number;
}

const schema = z.strictObject({
  peak: rateSchema.default(0.05),
  warmupEpochs: z.number().min(0).default(10),
  end: rateSchema.default(0),
});

/** A linear warm-up, then half a cosine over the rest of the run: `warmup({ epochs, to: cosine({ … }) })`. */
export function warmupCosine(given: WarmupCosineOptions = {}): Schedule {
  const options = parseOptions("schedule", "warmup-cosine", schema, given);
  const { peak, warmupEpochs, end } = options;
  return {
    ...warmup({ epochs: warmupEpochs, to: cosine({ initial: peak, end }) }),
    ...plugin("warmup-cosine", "warmupCosine", options),
  };
}
