import { parseOptions, type ProgramAugmentation } from "@contrastive/core";
import * as z from "zod";
import { occasional } from "./occasional.js";
import { plugin } from "./plugin.js";
import { probability, unit } from "./schemas.js";

export interface RandomSolarizeOptions {
  /** What is at least this, 0..1, is inverted. Default 0.5. */
  readonly threshold?: number;
  /** Default 0.5, as torchvision. */
  readonly probability?: number;
}

const schema = z.strictObject({ threshold: unit.default(0.5), probability: probability.default(0.5) });

/** Inverts the bright pixels of an image, or leaves it; as torchvision's `RandomSolarize` on floats. */
export function randomSolarize(given: RandomSolarizeOptions = {}): ProgramAugmentation {
  const options = parseOptions("augmentation", "random-solarize", schema, given);
  return occasional(plugin("random-solarize", "randomSolarize", options), options.probability, () => [
    { op: "solarize", threshold: Math.fround(options.threshold) },
  ]);
}
