import { type ImageShape, parseOptions, type ProgramAugmentation, type Rng } from "@contrastive/core";
import * as z from "zod";
import { drawsOf } from "./draws.js";
import { plugin } from "./plugin.js";
import { rangeSchema, roundHalfToEven, type Size, sizeSchema, squareOr } from "./schemas.js";

export interface RandomResizedCropOptions {
  /** What the crop is resized to: a square's side, or height and width. Default `"input"`, the size of the image. */
  readonly size?: Size | "input";
  /** The crop's area as a part of the image's. Default [0.2, 1], as SupContrast; SimCLR has [0.08, 1]. */
  readonly scale?: readonly [least: number, most: number];
  /** Width by height of the crop, drawn evenly on a log scale. Default [3/4, 4/3], as everyone. */
  readonly ratio?: readonly [least: number, most: number];
}

const schema = z.strictObject({
  size: z.union([z.literal("input"), sizeSchema]).default("input"),
  scale: rangeSchema(1).default([0.2, 1]),
  ratio: rangeSchema(Infinity).default([3 / 4, 4 / 3]),
});

/** Cuts a box of random area and shape and resizes it; sampled as torchvision's `RandomResizedCrop`. */
export function randomResizedCrop(given: RandomResizedCropOptions = {}): ProgramAugmentation {
  const options = parseOptions("augmentation", "random-resized-crop", schema, given);
  const { size, scale, ratio } = options;
  const output = (input: ImageShape): ImageShape => {
    const { height, width } = squareOr(size, input);
    return { height, width, channels: input.channels };
  };
  return {
    ...plugin("random-resized-crop", "randomResizedCrop", options),
    output,
    sample(key, from) {
      const to = output(from);
      const box = drawBox(drawsOf(key), from, scale, ratio) ?? centralBox(from, ratio);
      return {
        output: to,
        steps: [{ op: "resizedCrop", ...box, outHeight: to.height, outWidth: to.width }],
      };
    },
  };
}

interface Box {
  readonly top: number;
  readonly left: number;
  readonly height: number;
  readonly width: number;
}

type Range = readonly [low: number, high: number];

/** Nothing if ten draws gave no box that lies in the image. */
function drawBox(rng: Rng, image: ImageShape, scale: Range, ratio: Range): Box | undefined {
  const area = image.height * image.width;
  const [low, high] = [Math.log(ratio[0]), Math.log(ratio[1])];
  for (let attempt = 0; attempt < 10; attempt++) {
    const target = area * (scale[0] + (scale[1] - scale[0]) * rng.uniform());
    const aspect = Math.exp(low + (high - low) * rng.uniform());
    const width = Math.round(Math.sqrt(target * aspect));
    const height = Math.round(Math.sqrt(target / aspect));
    if (width === 0 || height === 0 || width > image.width || height > image.height) continue;
    const top = rng.below(image.height - height + 1);
    const left = rng.below(image.width - width + 1);
    return { top, left, height, width };
  }
  return undefined;
}

/** The largest box in the middle whose shape is allowed. */
function centralBox(image: ImageShape, ratio: Range): Box {
  const aspect = image.width / image.height;
  // An image of one pixel's width may leave no height to round to.
  const height = aspect < ratio[0] ? Math.max(1, roundHalfToEven(image.width / ratio[0])) : image.height;
  const width = aspect > ratio[1] ? Math.max(1, roundHalfToEven(image.height * ratio[1])) : image.width;
  return {
    top: Math.floor((image.height - height) / 2),
    left: Math.floor((image.width - width) / 2),
    height,
    width,
  };
}
