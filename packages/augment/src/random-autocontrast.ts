import { parseOptions, type ProgramAugmentation } from "@contrastive/core";
import * as z from "zod";
import { occasional } from "./occasional.js";
import { plugin } from "./plugin.js";
import { probability } from "./schemas.js";

export interface RandomAutocontrastOptions {
  /** Default 0.5, as torchvision. */
  readonly probability?: number;
}

const schema = z.strictObject({ probability: probability.default(0.5) });

/** Stretches each channel to black and white, or leaves the image; as torchvision's `RandomAutocontrast` on floats. */
export function randomAutocontrast(given: RandomAutocontrastOptions = {}): ProgramAugmentation {
  const options = parseOptions("augmentation", "random-autocontrast", schema, given);
  return occasional(plugin("random-autocontrast", "randomAutocontrast", options), options.probability, () => [
    { op: "autocontrast" },
  ]);
}
