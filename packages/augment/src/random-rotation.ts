import { parseOptions, type ProgramAugmentation } from "@contrastive/core";
import * as z from "zod";
import { between } from "./draws.js";
import { occasional } from "./occasional.js";
import { plugin } from "./plugin.js";
import { rangeOf, type Spread, spreadSchema } from "./schemas.js";
import { affineStep, warpShape, type WarpOptions } from "./warp.js";

export interface RandomRotationOptions extends WarpOptions {
  /** Counter-clockwise; one number is the most to either side. Default 30. */
  readonly degrees?: Spread;
}

const schema = z.strictObject({ degrees: spreadSchema.default(30), ...warpShape });

/** Turns an image about its middle; as torchvision's `RandomRotation`, without `expand`. */
export function randomRotation(given: RandomRotationOptions = {}): ProgramAugmentation {
  const options = parseOptions("augmentation", "random-rotation", schema, given);
  return occasional(plugin("random-rotation", "randomRotation", options), 1, (rng, from) => [
    affineStep({ angle: -between(rng, ...rangeOf(options.degrees)) }, from, options),
  ]);
}
