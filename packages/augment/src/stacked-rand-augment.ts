import { parseOptions, type ProgramAugmentation } from "@contrastive/core";
import * as z from "zod";
import { colorJitter } from "./color-jitter.js";
import { compose } from "./compose.js";
import { gaussianBlur } from "./gaussian-blur.js";
import { grayscale } from "./grayscale.js";
import { plugin } from "./plugin.js";
import { randAugment } from "./rand-augment.js";
import { randomBend } from "./random-bend.js";
import { randomFlip } from "./random-flip.js";
import { randomResizedCrop } from "./random-resized-crop.js";
import { probability, rangeSchema, type Size, sizeSchema, unit } from "./schemas.js";

export interface StackedRandAugmentOptions {
  /** Of the view: a square's side, or height and width. Default `"input"`, the size of the image. */
  readonly size?: Size | "input";
  /** The crop's area as a part of the image's. Default [0.08, 1]. */
  readonly scale?: readonly [least: number, most: number];
  /** Of the colour jitter, as `simAugment`'s. Default 0.5. */
  readonly strength?: number;
  /** RandAugment's operations. Default 2. */
  readonly operations?: number;
  /** RandAugment's strength as a part of the strongest. Default 1: magnitude 10 of 10. */
  readonly magnitude?: number;
  /** Of `simAugment`'s warp, before the blur. Default 0, as the authors' released settings. */
  readonly warpProbability?: number;
  /** Default 0.5. */
  readonly blurProbability?: number;
}

const schema = z.strictObject({
  size: z.union([z.literal("input"), sizeSchema]).default("input"),
  scale: rangeSchema(1).default([0.08, 1]),
  strength: z.number().min(0).max(2.5).default(0.5),
  operations: z.int().min(0).default(2),
  magnitude: unit.default(1),
  warpProbability: probability.default(0),
  blurProbability: probability.default(0.5),
});

const BINS = 1001;

/**
 * SimCLR's recipe with RandAugment after the colour jitter: crop, flip, jitter, RandAugment, grayscale, blur.
 *
 * As the SupCon authors' google-research code, but for RandAugment's list of operations, which is torchvision's, and
 * for the blur's border; after Tian et al. 2020 (arXiv 2005.10243).
 */
export function stackedRandAugment(given: StackedRandAugmentOptions = {}): ProgramAugmentation {
  const options = parseOptions("augmentation", "stacked-rand-augment", schema, given);
  const { size, scale, strength, operations, warpProbability } = options;
  const factor = 0.8 * strength;
  const { output, sample } = compose([
    randomResizedCrop({ size, scale }),
    randomFlip(),
    colorJitter({ brightness: factor, contrast: factor, saturation: factor, hue: 0.2 * strength }),
    randAugment({ operations, magnitude: Math.round(options.magnitude * (BINS - 1)), bins: BINS }),
    grayscale(),
    ...(warpProbability > 0 ? [randomBend({ probability: warpProbability })] : []),
    gaussianBlur({ probability: options.blurProbability }),
  ]);
  return { ...plugin("stacked-rand-augment", "stackedRandAugment", options), output, sample };
}
