import { parseOptions, type ProgramAugmentation } from "@contrastive/core";
import * as z from "zod";
import { occasional } from "./occasional.js";
import { plugin } from "./plugin.js";
import { probability } from "./schemas.js";

export interface RandomSharpnessOptions {
  /** 0 smooths, 1 changes nothing, more sharpens. Default 2. */
  readonly factor?: number;
  /** Default 0.5, as torchvision. */
  readonly probability?: number;
}

const schema = z.strictObject({
  factor: z.number().min(0).default(2),
  probability: probability.default(0.5),
});

/** Sharpens or smooths an image, or leaves it; as torchvision's `RandomAdjustSharpness` on floats. */
export function randomSharpness(given: RandomSharpnessOptions = {}): ProgramAugmentation {
  const options = parseOptions("augmentation", "random-sharpness", schema, given);
  return occasional(plugin("random-sharpness", "randomSharpness", options), options.probability, () => [
    { op: "sharpness", factor: Math.fround(options.factor) },
  ]);
}
