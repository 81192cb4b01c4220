import { ContrastiveError, type ImageShape, parseOptions, type ProgramAugmentation } from "@contrastive/core";
import * as z from "zod";
import { drawsOf } from "./draws.js";
import { plugin } from "./plugin.js";
import { type Size, sizeSchema, squareOr } from "./schemas.js";
import { warpShape, warpStep, type WarpOptions } from "./warp.js";

export interface RandomCropOptions extends Pick<WarpOptions, "border" | "fill"> {
  /** Of the crop: a square's side, or height and width. Default `"input"`, the size of the image. */
  readonly size?: Size | "input";
  /** Pixels that are added to each side before. Default 4, as everyone on CIFAR. */
  readonly padding?: number;
}

const { border, fill } = warpShape;

const schema = z.strictObject({
  size: z.union([z.literal("input"), sizeSchema]).default("input"),
  padding: z.int().min(0).default(4),
  border,
  fill,
});

/** Cuts a box out of a padded image; as torchvision's `RandomCrop`. Throws where the padded image is smaller. */
export function randomCrop(given: RandomCropOptions = {}): ProgramAugmentation {
  const options = parseOptions("augmentation", "random-crop", schema, given);
  const { size, padding } = options;
  const output = (input: ImageShape): ImageShape => {
    const { height, width } = squareOr(size, input);
    if (height <= input.height + 2 * padding && width <= input.width + 2 * padding) {
      return { height, width, channels: input.channels };
    }
    throw new ContrastiveError({
      who: 'augmentation "random-crop"',
      what: `an image with ${padding} pixels of padding must be at least ${height}×${width}`,
      got: `${input.height}×${input.width}`,
      fix: "Take more padding, or put a resize before it",
    });
  };
  return {
    ...plugin("random-crop", "randomCrop", options),
    output,
    sample(key, from) {
      const to = output(from);
      const rng = drawsOf(key);
      const y0 = rng.below(from.height + 2 * padding - to.height + 1) - padding;
      const x0 = rng.below(from.width + 2 * padding - to.width + 1) - padding;
      const map = { xx: 1, xy: 0, x0, yx: 0, yy: 1, y0, wx: 0, wy: 0 };
      const step = warpStep(map, to.height, to.width, { interpolation: "nearest", ...options });
      return { output: to, steps: [step] };
    },
  };
}
