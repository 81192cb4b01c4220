import { parseOptions, type ProgramAugmentation } from "@contrastive/core";
import * as z from "zod";
import { occasional } from "./occasional.js";
import { stepsOf, usual } from "./operations.js";
import { plugin } from "./plugin.js";
import { policies, type Policy } from "./policies.js";
import { warpShape, type WarpOptions } from "./warp.js";

export interface AutoAugmentOptions extends WarpOptions {
  /** The data that it was learnt on. Default `"imagenet"`. */
  readonly policy?: keyof typeof policies;
}

const schema = z.strictObject({
  policy: z.enum(["imagenet", "cifar10", "svhn"]).default("imagenet"),
  ...warpShape,
});

/**
 * One of 25 learnt pairs of operations, drawn for each image; as torchvision's `AutoAugment` on floats.
 *
 * Cubuk et al. 2019 (arXiv 1805.09501).
 */
export function autoAugment(given: AutoAugmentOptions = {}): ProgramAugmentation {
  const options = parseOptions("augmentation", "auto-augment", schema, given);
  const policy: Policy = policies[options.policy];
  return occasional(plugin("auto-augment", "autoAugment", options), 1, (rng, from) =>
    policy[rng.below(policy.length)].flatMap(([operation, probability, magnitude]) =>
      rng.uniform() < probability ? stepsOf(operation, magnitude / 9, usual, rng, from, options) : [],
    ),
  );
}
