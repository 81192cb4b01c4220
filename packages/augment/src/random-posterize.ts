import { parseOptions, type ProgramAugmentation } from "@contrastive/core";
import * as z from "zod";
import { occasional } from "./occasional.js";
import { plugin } from "./plugin.js";
import { probability } from "./schemas.js";

export interface RandomPosterizeOptions {
  /** Of each value that are kept, 0 to 8. Default 4. */
  readonly bits?: number;
  /** Default 0.5, as torchvision. */
  readonly probability?: number;
}

const schema = z.strictObject({
  bits: z.int().min(0).max(8).default(4),
  probability: probability.default(0.5),
});

/** Leaves `2 ** bits` levels of each channel of an image, or leaves the image; as torchvision's `RandomPosterize` on floats. */
export function randomPosterize(given: RandomPosterizeOptions = {}): ProgramAugmentation {
  const options = parseOptions("augmentation", "random-posterize", schema, given);
  return occasional(plugin("random-posterize", "randomPosterize", options), options.probability, () => [
    { op: "posterize", bits: options.bits },
  ]);
}
