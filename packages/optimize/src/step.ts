import * as z from "zod";
import { parseOptions, type Schedule } from "@contrastive/core";
import { rateSchema } from "./learning-rate.js";
import { plugin } from "./plugin.js";
import { epochOf } from "./progress.js";

export interface StepOptions {
  /** The value at step 0; >= 0. Default 0.05. */
  readonly initial?: number;
  /** The epochs, counted from 0 and in any order, from whose start on the value is multiplied once more. Default none. */
  readonly atEpochs?: readonly number[];
  /** What it is multiplied by; > 0. Default 0.1. */
  readonly factor?: number;
}

const schema = z.strictObject({
  initial: rateSchema.default(0.05),
  atEpochs: z.array(z.number().min(0)).readonly().default([]),
  factor: z.number().gt(0).default(0.1),
});

/** Stairs: the value falls by a factor at given epochs. Epochs beyond the end of the run never come. */
export function step(given: StepOptions = {}): Schedule {
  const options = parseOptions("schedule", "step", schema, given);
  const { initial, atEpochs, factor } = options;
  return {
    ...plugin("step", "step", options),
    at: (progress) => {
      const passed = atEpochs.filter((epoch) => epochOf(progress) >= epoch).length;
      return initial * factor ** passed;
    },
  };
}
