import { parseOptions, type ProgramAugmentation } from "@contrastive/core";
import * as z from "zod";
import { drawsOf } from "./draws.js";
import { plugin } from "./plugin.js";
import { probability } from "./schemas.js";

export interface RandomFlipOptions {
  /** Default 0.5, as everyone. */
  readonly probability?: number;
  /** Top to bottom instead of left to right. Default false: few pictures make sense upside down. */
  readonly vertical?: boolean;
}

const schema = z.strictObject({
  probability: probability.default(0.5),
  vertical: z.boolean().default(false),
});

/** Mirrors an image, or leaves it. */
export function randomFlip(given: RandomFlipOptions = {}): ProgramAugmentation {
  const options = parseOptions("augmentation", "random-flip", schema, given);
  const op = options.vertical ? "flipVertical" : "flipHorizontal";
  return {
    ...plugin("random-flip", "randomFlip", options),
    output: (input) => input,
    sample: (key, from) => ({
      output: from,
      steps: drawsOf(key).uniform() < options.probability ? [{ op }] : [],
    }),
  };
}
