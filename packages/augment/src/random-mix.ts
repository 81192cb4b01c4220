import { ContrastiveError, isPlugin, type Mix, parseOptions } from "@contrastive/core";
import * as z from "zod";
import { batchDrawsOf, partBatchKey } from "./draws.js";
import { plugin } from "./plugin.js";
import { probability } from "./schemas.js";

export interface RandomMixOptions {
  readonly mixes: readonly Mix[];
  /** How often each is taken, in proportion. Default `"equal"`. */
  readonly weights?: readonly number[] | "equal";
  /** Of a batch to be mixed at all. Default 1. */
  readonly probability?: number;
}

const schema = z.strictObject({
  mixes: z.array(z.custom<Mix>(isMix, "a mix, such as mixUp()")).min(1).readonly(),
  weights: z
    .union([
      z
        .array(z.number().min(0))
        .refine((weights) => weights.some((weight) => weight > 0), "weights, at least one of them above 0")
        .readonly(),
      z.literal("equal"),
    ])
    .default("equal"),
  probability: probability.default(1),
});

/**
 * One of several mixes for each batch, chosen at random: `randomMix([mixUp({ alpha: 0.2 }), cutMix()])`.
 *
 * Throws where there is not a weight for each mix.
 */
export function randomMix(given: readonly Mix[] | RandomMixOptions): Mix {
  const options = parseOptions("mix", "random-mix", schema, isList(given) ? { mixes: given } : given);
  const { mixes, probability: likely } = options;
  const weights = options.weights === "equal" ? mixes.map(() => 1) : options.weights;
  if (weights.length !== mixes.length) {
    throw new ContrastiveError({
      who: 'mix "random-mix"',
      what: `weights must have ${mixes.length} numbers, one a mix`,
      got: weights,
    });
  }
  return {
    ...plugin("random-mix", "randomMix", options),
    draw(key, image) {
      const rng = batchDrawsOf(key);
      if (rng.uniform() >= likely) return undefined;
      const position = choose(weights, rng.uniform());
      return mixes[position].draw(partBatchKey(key, position), image);
    },
  };
}

/** The one whose part of the sum of all weights holds this point, 0..1. */
function choose(weights: readonly number[], point: number): number {
  let left = point * weights.reduce((sum, weight) => sum + weight, 0);
  const chosen = weights.findIndex((weight) => (left -= weight) < 0);
  // By rounding, something may be left.
  return chosen === -1 ? weights.findLastIndex((weight) => weight > 0) : chosen;
}

function isMix(value: unknown): boolean {
  return isPlugin(value) && typeof (value as Partial<Mix>).draw === "function";
}

// Array.isArray does not narrow a readonly array out of a union.
function isList(given: readonly Mix[] | RandomMixOptions): given is readonly Mix[] {
  return Array.isArray(given);
}
