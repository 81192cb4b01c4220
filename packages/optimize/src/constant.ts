import * as z from "zod";
import { parseOptions, type Schedule } from "@contrastive/core";
import { rateSchema } from "./learning-rate.js";
import { plugin } from "./plugin.js";

export interface ConstantOptions {
  /** >= 0. Default 0.05. */
  readonly value?: number;
}

const schema = z.strictObject({ value: rateSchema.default(0.05) });

/** The same value at every step. */
export function constant(given: ConstantOptions = {}): Schedule {
  const options = parseOptions("schedule", "constant", schema, given);
  return { ...plugin("constant", "constant", options), at: () => options.value };
}
