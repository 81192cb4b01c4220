import { parseOptions, type ProgramAugmentation } from "@contrastive/core";
import * as z from "zod";
import { occasional } from "./occasional.js";
import { stepsOf, wide } from "./operations.js";
import { plugin } from "./plugin.js";
import { operations } from "./rand-augment.js";
import { warpShape, type WarpOptions } from "./warp.js";

export interface TrivialAugmentOptions extends WarpOptions {
  /** The strengths there are. Default 31, as torchvision and the paper. */
  readonly bins?: number;
}

const schema = z.strictObject({ bins: z.int().min(2).default(31), ...warpShape });

/**
 * One of RandAugment's operations, of any strength in a wider range; as torchvision's `TrivialAugmentWide` on floats.
 *
 * Müller and Hutter 2021 (arXiv 2103.10158).
 */
export function trivialAugment(given: TrivialAugmentOptions = {}): ProgramAugmentation {
  const options = parseOptions("augmentation", "trivial-augment", schema, given);
  return occasional(plugin("trivial-augment", "trivialAugment", options), 1, (rng, from) => {
    const operation = operations[rng.below(operations.length)];
    const part = rng.below(options.bins) / (options.bins - 1);
    return stepsOf(operation, part, wide, rng, from, options);
  });
}
