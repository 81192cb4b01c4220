import { createRng, parseOptions, type Rng, type Sampler } from "@contrastive/core";
import * as z from "zod";
import { membersByClass } from "./class-members.js";
import { drawInRounds } from "./draw-in-rounds.js";
import { shuffleWithin } from "./shuffle-within.js";

export interface ClassBalancedOptions {
  /**
   * `"cover"` (default) makes an epoch as long as it must be to visit every sample: classes × size of the largest
   * class. `"dataset"` makes it as long as the dataset, so that an epoch has as many steps as with `shuffle`, and
   * visits a part of the larger classes.
   */
  readonly epochLength?: "cover" | "dataset";
}

const schema = z.strictObject({ epochLength: z.enum(["cover", "dataset"]).default("cover") });

/**
 * Fills every batch with the classes as evenly as it goes: their counts differ by at most one.
 *
 * Small classes are oversampled: their samples come again, in a new order, until the class has its share. Opening
 * throws if the dataset has no labels, or a class without samples.
 */
export function classBalanced(given: ClassBalancedOptions = {}): Sampler {
  const options = parseOptions("sampler", "class-balanced", schema, given);
  return {
    name: "class-balanced",
    options,
    source: { module: "@contrastive/data", export: "classBalanced" },
    open(dataset, seed, batchSize) {
      const members = membersByClass('sampler "class-balanced"', dataset);
      const largest = Math.max(...members.map((samples) => samples.length));
      const length = options.epochLength === "cover" ? members.length * largest : dataset.size;
      return {
        epoch(epoch) {
          const rng = createRng(seed).fork("class-balanced", epoch);
          return shuffleWithin(batchSize, deal(members, length, rng), rng);
        },
      };
    },
  };
}

/** Takes the classes in turn: any run of draws, and so any batch, holds each as often as the next, give or take one. */
function deal(members: readonly Uint32Array[], length: number, rng: Rng): Uint32Array {
  const turns = rng.fork("turns").permutation(members.length);
  const draws = members.map((samples, label) => drawInRounds(samples.length, rng.fork("class", label)));
  return Uint32Array.from({ length }, (_, position) => {
    const label = turns[position % turns.length];
    return members[label][draws[label](1)[0]];
  });
}
