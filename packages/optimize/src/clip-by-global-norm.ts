import * as tf from "@tensorflow/tfjs-core";
import * as z from "zod";
import { type GradientTransform, parseOptions } from "@contrastive/core";
import { dispose, map } from "./params.js";
import { plugin } from "./plugin.js";

export interface ClipByGlobalNormOptions {
  /** The greatest L2 norm of all gradients taken as one vector; > 0. Default 1. */
  readonly maxNorm?: number;
}

const schema = z.strictObject({ maxNorm: z.number().gt(0).default(1) });

/**
 * Scales all gradients by one factor so that their common L2 norm is at most `maxNorm`.
 *
 * Pascanu et al. 2013, arXiv 1211.5063. A gradient that holds NaN or an infinity becomes NaN, and is not hidden.
 */
export function clipByGlobalNorm(given: ClipByGlobalNormOptions = {}): GradientTransform {
  const options = parseOptions("optimizer", "clip-by-global-norm", schema, given);
  const { maxNorm } = options;
  return {
    ...plugin("clip-by-global-norm", "clipByGlobalNorm", options),
    init: () => ({}),
    update(gradients) {
      if (Object.keys(gradients).length === 0) return { updates: {}, state: {} };
      const updates = tf.tidy(() => {
        const squares = Object.values(gradients).map((gradient) => tf.sum(tf.square(gradient)));
        const norm = tf.sqrt(tf.addN(squares));
        const factor = tf.div(maxNorm, tf.maximum(norm, maxNorm));
        return map(gradients, (gradient) => tf.mul(gradient, factor)) as tf.NamedTensorMap;
      });
      dispose(gradients);
      return { updates, state: {} };
    },
  };
}
