import { parseOptions, type ProgramAugmentation } from "@contrastive/core";
import * as z from "zod";
import { occasional } from "./occasional.js";
import { type Operation, stepsOf, usual } from "./operations.js";
import { plugin } from "./plugin.js";
import { warpShape, type WarpOptions } from "./warp.js";

export interface RandAugmentOptions extends WarpOptions {
  /** How many are done, one after the other. Default 2. */
  readonly operations?: number;
  /** Of all of them, from 0 to `bins - 1`. Default 9. */
  readonly magnitude?: number;
  /** The strengths there are. Default 31, as torchvision and the paper. */
  readonly bins?: number;
}

const schema = z
  .strictObject({
    operations: z.int().min(0).default(2),
    magnitude: z.int().min(0).default(9),
    bins: z.int().min(2).default(31),
    ...warpShape,
  })
  .refine(({ magnitude, bins }) => magnitude < bins, {
    path: ["magnitude"],
    error: "less than bins",
  });

/** RandAugment's and TrivialAugment's. */
export const operations: readonly Operation[] = [
  "Identity",
  "ShearX",
  "ShearY",
  "TranslateX",
  "TranslateY",
  "Rotate",
  "Brightness",
  "Color",
  "Contrast",
  "Sharpness",
  "Posterize",
  "Solarize",
  "AutoContrast",
  "Equalize",
];

/**
 * Some of 14 operations, drawn anew for each image, all of one strength; as torchvision's `RandAugment` on floats.
 *
 * Cubuk et al. 2020 (arXiv 1909.13719).
 */
export function randAugment(given: RandAugmentOptions = {}): ProgramAugmentation {
  const options = parseOptions("augmentation", "rand-augment", schema, given);
  const part = options.magnitude / (options.bins - 1);
  return occasional(plugin("rand-augment", "randAugment", options), 1, (rng, from) =>
    Array.from({ length: options.operations }, () => operations[rng.below(operations.length)]).flatMap(
      (operation) => stepsOf(operation, part, usual, rng, from, options),
    ),
  );
}
