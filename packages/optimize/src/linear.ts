import * as z from "zod";
import { parseOptions, type Schedule } from "@contrastive/core";
import { rateSchema } from "./learning-rate.js";
import { plugin } from "./plugin.js";
import { fractionOf } from "./progress.js";

export interface LinearOptions {
  /** The value at step 0; >= 0. Default 0.05. */
  readonly initial?: number;
  /** The value when the run is over; >= 0. Default 0. */
  readonly end?: number;
}

const schema = z.strictObject({ initial: rateSchema.default(0.05), end: rateSchema.default(0) });

/** A straight line over the whole run. */
export function linear(given: LinearOptions = {}): Schedule {
  const options = parseOptions("schedule", "linear", schema, given);
  const { initial, end } = options;
  return {
    ...plugin("linear", "linear", options),
    at: (progress) => initial + (end - initial) * fractionOf(progress),
  };
}
