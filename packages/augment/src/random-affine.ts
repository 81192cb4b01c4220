import { parseOptions, type ProgramAugmentation } from "@contrastive/core";
import * as z from "zod";
import { between } from "./draws.js";
import { occasional } from "./occasional.js";
import { plugin } from "./plugin.js";
import { rangeOf, rangeSchema, roundHalfToEven, type Spread, spreadSchema, unit } from "./schemas.js";
import { affineStep, warpShape, type WarpOptions } from "./warp.js";

export interface RandomAffineOptions extends WarpOptions {
  /** Clockwise; one number is the most to either side. Default 0. */
  readonly degrees?: Spread;
  /** The most that an image is moved, as parts of its width and height; by whole pixels. Default [0, 0]. */
  readonly translate?: readonly [x: number, y: number];
  /** Default [1, 1]. */
  readonly scale?: readonly [least: number, most: number];
  /** Degrees along x; one number is the most to either side. Default 0. */
  readonly shear?: Spread;
}

const schema = z.strictObject({
  degrees: spreadSchema.default(0),
  translate: z.tuple([unit, unit]).readonly().default([0, 0]),
  scale: rangeSchema(Infinity).default([1, 1]),
  shear: spreadSchema.default(0),
  ...warpShape,
});

/** Turns, moves, scales and shears an image at once; as torchvision's `RandomAffine`. */
export function randomAffine(given: RandomAffineOptions = {}): ProgramAugmentation {
  const options = parseOptions("augmentation", "random-affine", schema, given);
  const { degrees, translate, scale, shear } = options;
  return occasional(plugin("random-affine", "randomAffine", options), 1, (rng, from) => {
    const angle = between(rng, ...rangeOf(degrees));
    const [mostX, mostY] = [translate[0] * from.width, translate[1] * from.height];
    const moved = [
      roundHalfToEven(between(rng, -mostX, mostX)),
      roundHalfToEven(between(rng, -mostY, mostY)),
    ] as const;
    const scaled = between(rng, ...scale);
    const sheared = between(rng, ...rangeOf(shear));
    return [affineStep({ angle, translate: moved, scale: scaled, shear: [sheared, 0] }, from, options)];
  });
}
