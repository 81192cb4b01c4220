import { parseOptions, type ProgramAugmentation } from "@contrastive/core";
import * as z from "zod";
import { occasional } from "./occasional.js";
import { plugin } from "./plugin.js";
import { probability, unit } from "./schemas.js";
import { perspectiveStep, type Point, warpShape, type WarpOptions } from "./warp.js";

export interface RandomPerspectiveOptions extends WarpOptions {
  /** How far a corner may move towards the middle, as a part of the way. Default 0.5, as torchvision. */
  readonly distortion?: number;
  /** Default 0.5, as torchvision. */
  readonly probability?: number;
}

const schema = z.strictObject({
  distortion: unit.default(0.5),
  probability: probability.default(0.5),
  ...warpShape,
  interpolation: z.enum(["nearest", "bilinear"]).default("bilinear"),
});

/** Shows an image from an angle: its corners move inwards. As torchvision's `RandomPerspective`. */
export function randomPerspective(given: RandomPerspectiveOptions = {}): ProgramAugmentation {
  const options = parseOptions("augmentation", "random-perspective", schema, given);
  const about = plugin("random-perspective", "randomPerspective", options);
  return occasional(about, options.probability, (rng, from) => {
    const { height, width } = from;
    const mostX = Math.trunc(options.distortion * Math.floor(width / 2)) + 1;
    const mostY = Math.trunc(options.distortion * Math.floor(height / 2)) + 1;
    const [right, bottom] = [width - 1, height - 1];
    const corners: Point[] = [
      [0, 0],
      [right, 0],
      [right, bottom],
      [0, bottom],
    ];
    const moved = corners.map(([x, y]): Point => {
      const [byX, byY] = [rng.below(mostX), rng.below(mostY)];
      return [x === 0 ? byX : x - byX, y === 0 ? byY : y - byY];
    });
    const step = perspectiveStep(corners, moved, from, options);
    // Three corners may come to lie on a line, from which no image can be seen.
    return Number.isFinite(step.xx + step.yy + step.wx + step.wy) ? [step] : [];
  });
}
