import { parseOptions, type ProgramAugmentation } from "@contrastive/core";
import * as z from "zod";
import { occasional } from "./occasional.js";
import { plugin } from "./plugin.js";
import { probability, unit } from "./schemas.js";

export interface RandomBendOptions {
  /** How far a point is moved at most in the standard deviation, as a part of the shorter side. Default 23/224, as SupCon's authors. */
  readonly distance?: number;
  /** Default 0.5. */
  readonly probability?: number;
}

const schema = z.strictObject({ distance: unit.default(23 / 224), probability: probability.default(0.5) });

/**
 * Bends an image as a thin plate by moving four of its points, or leaves it: the image warp of SimAugment, Khosla et al. 2020, as in the
 * authors' google-research code, where the distance is 23 pixels.
 */
export function randomBend(given: RandomBendOptions = {}): ProgramAugmentation {
  const options = parseOptions("augmentation", "random-bend", schema, given);
  return occasional(
    plugin("random-bend", "randomBend", options),
    options.probability,
    (rng, { height, width }) => {
      const deviation = options.distance * Math.min(height, width) * rng.uniform();
      const [x0, y0, x1, y1, x2, y2, x3, y3] = [
        [1, 1],
        [2, 1],
        [1, 2],
        [2, 2],
      ].flatMap(([column, row]) => [
        Math.fround((column * width) / 3 + deviation * rng.normal()),
        Math.fround((row * height) / 3 + deviation * rng.normal()),
      ]);
      return [{ op: "bend", x0, y0, x1, y1, x2, y2, x3, y3 }];
    },
  );
}
