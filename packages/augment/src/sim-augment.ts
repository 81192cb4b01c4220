import { parseOptions, type ProgramAugmentation } from "@contrastive/core";
import * as z from "zod";
import { colorJitter } from "./color-jitter.js";
import { compose } from "./compose.js";
import { gaussianBlur } from "./gaussian-blur.js";
import { grayscale } from "./grayscale.js";
import { plugin } from "./plugin.js";
import { randomBend } from "./random-bend.js";
import { randomFlip } from "./random-flip.js";
import { randomResizedCrop } from "./random-resized-crop.js";
import { probability, rangeSchema, type Size, sizeSchema } from "./schemas.js";

export interface SimAugmentOptions {
  /** Of the view: a square's side, or height and width. Default `"input"`, the size of the image. */
  readonly size?: Size | "input";
  /** The crop's area as a part of the image's. Default [0.2, 1], as SupContrast; SimCLR has [0.08, 1]. */
  readonly scale?: readonly [least: number, most: number];
  /** Width by height of the crop. Default [3/4, 4/3]. */
  readonly ratio?: readonly [least: number, most: number];
  /** Default 0.5. */
  readonly flipProbability?: number;
  /**
   * Of the colour jitter: brightness, contrast and saturation 0.8 times this, hue 0.2 times this; at most 2.5.
   * Default 0.5, as SimCLR and SupContrast on CIFAR; SimCLR has 1 on ImageNet.
   */
  readonly strength?: number;
  /** Default 0.8. */
  readonly jitterProbability?: number;
  /** Default 0.2. */
  readonly grayscaleProbability?: number;
  /** Of the paper's image warp, before the blur. Default 0, as the authors' released settings. */
  readonly warpProbability?: number;
  /** Default `"auto"`: 0.5 as SimCLR on ImageNet; 0 for views of at most 32 pixels, as SimCLR and SupContrast on CIFAR. */
  readonly blurProbability?: number | "auto";
}

const schema = z.strictObject({
  size: z.union([z.literal("input"), sizeSchema]).default("input"),
  scale: rangeSchema(1).default([0.2, 1]),
  ratio: rangeSchema(Infinity).default([3 / 4, 4 / 3]),
  flipProbability: probability.default(0.5),
  strength: z.number().min(0).max(2.5).default(0.5),
  jitterProbability: probability.default(0.8),
  grayscaleProbability: probability.default(0.2),
  warpProbability: probability.default(0),
  blurProbability: z.union([z.literal("auto"), probability]).default("auto"),
});

/**
 * The recipe of contrastive learning: a random crop, flip, colour jitter, grayscale, a warp where wanted and, on larger images, blur.
 *
 * Chen et al. 2020 (arXiv 2002.05709), appendix A; Khosla et al. 2020 (arXiv 2004.11362) call it SimAugment, and add the warp.
 */
export function simAugment(given: SimAugmentOptions = {}): ProgramAugmentation {
  const options = parseOptions("augmentation", "sim-augment", schema, given);
  const { size, scale, ratio, strength, warpProbability, blurProbability } = options;
  const factor = 0.8 * strength;
  const sharp = [
    randomResizedCrop({ size, scale, ratio }),
    randomFlip({ probability: options.flipProbability }),
    colorJitter({
      brightness: factor,
      contrast: factor,
      saturation: factor,
      hue: 0.2 * strength,
      probability: options.jitterProbability,
    }),
    grayscale({ probability: options.grayscaleProbability }),
    ...(warpProbability > 0 ? [randomBend({ probability: warpProbability })] : []),
  ];
  const blur = gaussianBlur({ probability: blurProbability === "auto" ? 0.5 : blurProbability });
  const plain = compose(sharp);
  const blurred = compose([...sharp, blur]);
  return {
    ...plugin("sim-augment", "simAugment", options),
    output: plain.output,
    sample(key, from) {
      const { height, width } = plain.output(from);
      const small = blurProbability === "auto" && Math.min(height, width) <= 32;
      return (small ? plain : blurred).sample(key, from);
    },
  };
}
