import { createRng, parseOptions, type Sampler } from "@contrastive/core";
import * as z from "zod";

/** Visits every sample once an epoch, in an order drawn from the seed and the epoch. The default. */
export function shuffle(given: Record<string, never> = {}): Sampler {
  const options = parseOptions("sampler", "shuffle", z.strictObject({}), given);
  return {
    name: "shuffle",
    options,
    source: { module: "@contrastive/data", export: "shuffle" },
    open: ({ size }, seed) => ({
      epoch: (epoch) => createRng(seed).fork("shuffle", epoch).permutation(size),
    }),
  };
}
