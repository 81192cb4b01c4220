import * as tf from "@tensorflow/tfjs-core";
import * as z from "zod";
import { type GradientTransform, parseOptions } from "@contrastive/core";
import { combine } from "./linear-combination.js";
import { dispose, map, stateOf, under, zerosLike } from "./params.js";
import { plugin } from "./plugin.js";

export interface TraceOptions {
  /** µ, in [0, 1). Default 0.9. At 0 there is no state, and gradients pass through. */
  readonly momentum?: number;
  /** Looks one step ahead: g + µ·m in place of m. Default false. */
  readonly nesterov?: boolean;
}

const schema = z.strictObject({
  momentum: z.number().min(0).lt(1).default(0.9),
  nesterov: z.boolean().default(false),
});

/** Momentum: m ← µ·m + g, without damping, as `torch.optim.SGD` (Sutskever et al. 2013). */
export function trace(given: TraceOptions = {}): GradientTransform {
  const options = parseOptions("optimizer", "trace", schema, given);
  const { momentum, nesterov } = options;
  return {
    ...plugin("trace", "trace", options),
    init: (weights) => (momentum === 0 ? {} : under("momentum", zerosLike(weights))),
    update(gradients, state) {
      if (momentum === 0) return { updates: gradients, state: {} };
      const moving = combine(1, gradients, momentum, stateOf("trace", "momentum", state, gradients));
      const updates = nesterov
        ? combine(1, gradients, momentum, moving)
        : map(moving, (tensor) => tf.clone(tensor));
      dispose(gradients, state);
      return { updates, state: under("momentum", moving) };
    },
  };
}
