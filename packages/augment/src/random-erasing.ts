import { type ImageShape, parseOptions, type ProgramAugmentation, type Rng } from "@contrastive/core";
import * as z from "zod";
import { occasional } from "./occasional.js";
import { plugin } from "./plugin.js";
import { probability, rangeSchema, unit } from "./schemas.js";

export interface RandomErasingOptions {
  /** The box's area as a part of the image's. Default [0.02, 0.33], as torchvision. */
  readonly scale?: readonly [least: number, most: number];
  /** Height by width of the box, drawn evenly on a log scale. Default [0.3, 3.3], as torchvision. */
  readonly ratio?: readonly [least: number, most: number];
  /** In 0..1, of all channels or of red, green and blue; or `"noise"`, even in 0..1. Default 0, black. */
  readonly value?: number | readonly [red: number, green: number, blue: number] | "noise";
  /** Default 0.5, as torchvision. */
  readonly probability?: number;
}

const schema = z.strictObject({
  scale: rangeSchema(1).default([0.02, 0.33]),
  ratio: rangeSchema(Infinity).default([0.3, 3.3]),
  value: z.union([unit, z.tuple([unit, unit, unit]).readonly(), z.literal("noise")]).default(0),
  probability: probability.default(0.5),
});

/**
 * Paints a box of an image over, or leaves the image; sampled as torchvision's `RandomErasing`.
 *
 * Values are those of pixels before they are normalised. An image stays where ten draws give no box that is smaller.
 */
export function randomErasing(given: RandomErasingOptions = {}): ProgramAugmentation {
  const options = parseOptions("augmentation", "random-erasing", schema, given);
  const { scale, ratio, value } = options;
  return occasional(plugin("random-erasing", "randomErasing", options), options.probability, (rng, from) => {
    const box = drawBox(rng, from, scale, ratio);
    if (box === undefined) return [];
    if (value === "noise") return [{ op: "eraseWithNoise", ...box, seed: rng.below(2 ** 24) }];
    const [red, green, blue] = (typeof value === "number" ? [value, value, value] : value).map(Math.fround);
    return [{ op: "erase", ...box, red, green, blue }];
  });
}

function drawBox(
  rng: Rng,
  image: ImageShape,
  scale: readonly [number, number],
  ratio: readonly [number, number],
): { top: number; left: number; height: number; width: number } | undefined {
  const [low, high] = [Math.log(ratio[0]), Math.log(ratio[1])];
  for (let attempt = 0; attempt < 10; attempt++) {
    const area = image.height * image.width * (scale[0] + (scale[1] - scale[0]) * rng.uniform());
    const aspect = Math.exp(low + (high - low) * rng.uniform());
    const height = Math.round(Math.sqrt(area * aspect));
    const width = Math.round(Math.sqrt(area / aspect));
    if (height === 0 || width === 0 || height >= image.height || width >= image.width) continue;
    return {
      top: rng.below(image.height - height + 1),
      left: rng.below(image.width - width + 1),
      height,
      width,
    };
  }
  return undefined;
}
