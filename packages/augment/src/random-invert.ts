import { parseOptions, type ProgramAugmentation } from "@contrastive/core";
import * as z from "zod";
import { occasional } from "./occasional.js";
import { plugin } from "./plugin.js";
import { probability } from "./schemas.js";

export interface RandomInvertOptions {
  /** Default 0.5, as torchvision. */
  readonly probability?: number;
}

const schema = z.strictObject({ probability: probability.default(0.5) });

/** Inverts an image, or leaves it; as torchvision's `RandomInvert` on floats. */
export function randomInvert(given: RandomInvertOptions = {}): ProgramAugmentation {
  const options = parseOptions("augmentation", "random-invert", schema, given);
  return occasional(plugin("random-invert", "randomInvert", options), options.probability, () => [
    { op: "invert" },
  ]);
}
