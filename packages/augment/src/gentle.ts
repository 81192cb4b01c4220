import { parseOptions, type ProgramAugmentation } from "@contrastive/core";
import * as z from "zod";
import { between } from "./draws.js";
import { occasional } from "./occasional.js";
import { plugin } from "./plugin.js";
import { probability } from "./schemas.js";
import { warpShape, warpStep, type WarpOptions } from "./warp.js";

export interface GentleOptions extends WarpOptions {
  /** The width's factor is drawn from 1 ± this. Default 0.2. */
  readonly width?: number;
  /** The height's factor is drawn from 1 ± this. Default 0.2. */
  readonly height?: number;
  /** Drawn from ± this part of a full turn, at most 0.5. Default 0.01. */
  readonly rotation?: number;
  /** From left to right. Default 0.5. */
  readonly flipProbability?: number;
}

const stretch = z.number().min(0).lt(1);

const schema = z.strictObject({
  width: stretch.default(0.2),
  height: stretch.default(0.2),
  rotation: z.number().min(0).max(0.5).default(0.01),
  flipProbability: probability.default(0.5),
  ...warpShape,
  interpolation: z.enum(["nearest", "bilinear"]).default("bilinear"),
  border: z.enum(["constant", "edge", "reflect", "symmetric"]).default("symmetric"),
});

/**
 * Flips, turns and stretches an image about its middle, in one warp and without a change of colour or size.
 *
 * Near the recipe of Keras's example of supervised contrastive learning (`RandomFlip`, `RandomRotation(0.02)`, `RandomWidth(0.2)`,
 * `RandomHeight(0.2)`), which turns up to twice as far and in which a stretched image is also larger or smaller.
 */
export function gentle(given: GentleOptions = {}): ProgramAugmentation {
  const options = parseOptions("augmentation", "gentle", schema, given);
  return occasional(plugin("gentle", "gentle", options), 1, (rng, { height, width }) => {
    const mirror = rng.uniform() < options.flipProbability ? -1 : 1;
    const turn = 2 * Math.PI * between(rng, -options.rotation, options.rotation);
    const byX = between(rng, 1 - options.width, 1 + options.width);
    const byY = between(rng, 1 - options.height, 1 + options.height);
    const [xx, xy] = [(mirror * Math.cos(turn)) / byX, (mirror * Math.sin(turn)) / byY];
    const [yx, yy] = [-Math.sin(turn) / byX, Math.cos(turn) / byY];
    const [x, y] = [(width - 1) / 2, (height - 1) / 2];
    const map = { xx, xy, x0: x - xx * x - xy * y, yx, yy, y0: y - yx * x - yy * y, wx: 0, wy: 0 };
    return [warpStep(map, height, width, options)];
  });
}
