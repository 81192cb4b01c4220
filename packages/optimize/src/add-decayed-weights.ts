import * as z from "zod";
import { type GradientTransform, parseOptions } from "@contrastive/core";
import { combine } from "./linear-combination.js";
import { covers, type Mask, maskSchema } from "./mask.js";
import { dispose } from "./params.js";
import { plugin } from "./plugin.js";

export interface AddDecayedWeightsOptions {
  /** What the weights are multiplied by; >= 0. Default 1e-4, as SupContrast. */
  readonly weightDecay?: number;
  /** Which weights decay. Default `"all"`. */
  readonly mask?: Mask;
}

const schema = z.strictObject({
  weightDecay: z.number().min(0).default(1e-4),
  mask: maskSchema.default("all"),
});

/**
 * Adds `weightDecay` · w to the gradient of w.
 *
 * Before an adaptive transform this is an L2 penalty; after it, decoupled weight decay (Loshchilov & Hutter 2019,
 * arXiv 1711.05101).
 */
export function addDecayedWeights(given: AddDecayedWeightsOptions = {}): GradientTransform {
  const options = parseOptions("optimizer", "add-decayed-weights", schema, given);
  const { weightDecay, mask } = options;
  return {
    ...plugin("add-decayed-weights", "addDecayedWeights", options),
    init: () => ({}),
    update(gradients, _state, { weights }) {
      if (weightDecay === 0) return { updates: gradients, state: {} };
      const decaying = Object.fromEntries(
        Object.entries(gradients).filter(([name, gradient]) => covers(mask, name, gradient.shape)),
      );
      const updates = { ...gradients, ...combine(1, decaying, weightDecay, weights) };
      dispose(decaying);
      return { updates, state: {} };
    },
  };
}
