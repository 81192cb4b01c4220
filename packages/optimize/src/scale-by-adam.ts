import * as tf from "@tensorflow/tfjs-core";
import * as z from "zod";
import { type GradientTransform, parseOptions } from "@contrastive/core";
import { adamCorrections } from "@contrastive/ops";
import { combine } from "./linear-combination.js";
import { dispose, map, stateOf, under, zerosLike } from "./params.js";
import { plugin } from "./plugin.js";

export interface ScaleByAdamOptions {
  /** Decay of the mean of the gradients, in [0, 1). Default 0.9. */
  readonly beta1?: number;
  /** Decay of the mean of their squares, in [0, 1). Default 0.999. */
  readonly beta2?: number;
  /** Added to the root, not under it; > 0. Default 1e-8. */
  readonly epsilon?: number;
}

export const adamShape = {
  beta1: z.number().min(0).lt(1).default(0.9),
  beta2: z.number().min(0).lt(1).default(0.999),
  epsilon: z.number().gt(0).default(1e-8),
};

const schema = z.strictObject(adamShape);

/**
 * The gradient's running mean over the root of its running mean square, both corrected for their start at zero.
 *
 * Kingma & Ba 2015, arXiv 1412.6980, algorithm 1. The correction counts steps from the start of the run.
 */
export function scaleByAdam(given: ScaleByAdamOptions = {}): GradientTransform {
  const options = parseOptions("optimizer", "scale-by-adam", schema, given);
  const { beta1, beta2 } = options;
  return {
    ...plugin("scale-by-adam", "scaleByAdam", options),
    init: (weights) => ({
      ...under("mean", zerosLike(weights)),
      ...under("meanSquare", zerosLike(weights)),
    }),
    update(gradients, state, { step }) {
      const mean = combine(beta1, stateOf("scale-by-adam", "mean", state, gradients), 1 - beta1, gradients);
      const squares = map(gradients, (gradient) => tf.square(gradient));
      const meanSquare = combine(
        beta2,
        stateOf("scale-by-adam", "meanSquare", state, gradients),
        1 - beta2,
        squares,
      );
      const corrections = adamCorrections({ ...options, step });
      const updates = tf.tidy(() => {
        const [shift, factor] = [tf.scalar(corrections.shift), tf.scalar(corrections.factor)];
        return map(mean, (moving, name) =>
          tf.mul(tf.div(moving, tf.add(tf.sqrt(meanSquare[name]), shift)), factor),
        ) as tf.NamedTensorMap;
      });
      dispose(gradients, squares, state);
      return { updates, state: { ...under("mean", mean), ...under("meanSquare", meanSquare) } };
    },
  };
}
