import { parseOptions, type ProgramAugmentation } from "@contrastive/core";
import * as z from "zod";
import { drawsOf } from "./draws.js";
import { plugin } from "./plugin.js";
import { probability } from "./schemas.js";

export interface GrayscaleOptions {
  /** Default 0.2, as SimCLR and SupContrast. */
  readonly probability?: number;
}

const schema = z.strictObject({ probability: probability.default(0.2) });

/** Takes the colour out of an image, or leaves it; the number of channels stays. */
export function grayscale(given: GrayscaleOptions = {}): ProgramAugmentation {
  const options = parseOptions("augmentation", "grayscale", schema, given);
  return {
    ...plugin("grayscale", "grayscale", options),
    output: (input) => input,
    sample: (key, from) => ({
      output: from,
      steps: from.channels > 1 && drawsOf(key).uniform() < options.probability ? [{ op: "grayscale" }] : [],
    }),
  };
}
