import { parseOptions, type Sampler } from "@contrastive/core";
import * as z from "zod";

/** Visits every sample once an epoch, in the dataset's order: for evaluation, where order does not matter. */
export function sequential(given: Record<string, never> = {}): Sampler {
  const options = parseOptions("sampler", "sequential", z.strictObject({}), given);
  return {
    name: "sequential",
    options,
    source: { module: "@contrastive/data", export: "sequential" },
    open: ({ size }) => ({ epoch: () => Uint32Array.from({ length: size }, (_, index) => index) }),
  };
}
