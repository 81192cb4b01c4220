import { parseOptions, type ProgramAugmentation } from "@contrastive/core";
import * as z from "zod";
import { occasional } from "./occasional.js";
import { plugin } from "./plugin.js";
import { probability } from "./schemas.js";

export interface RandomEqualizeOptions {
  /** Default 0.5, as torchvision. */
  readonly probability?: number;
}

const schema = z.strictObject({ probability: probability.default(0.5) });

/** Spreads the levels of each channel evenly, or leaves the image; as torchvision's `RandomEqualize` on floats. */
export function randomEqualize(given: RandomEqualizeOptions = {}): ProgramAugmentation {
  const options = parseOptions("augmentation", "random-equalize", schema, given);
  return occasional(plugin("random-equalize", "randomEqualize", options), options.probability, () => [
    { op: "equalize" },
  ]);
}
