import * as tf from "@tensorflow/tfjs-core";
import * as z from "zod";
import { type GradientTransform, parseOptions } from "@contrastive/core";
import { combine } from "./linear-combination.js";
import { dispose, map, stateOf, under, zerosLike } from "./params.js";
import { plugin } from "./plugin.js";

export interface ScaleByRmsOptions {
  /** Decay of the mean of the squared gradients, in [0, 1). Default 0.99, as PyTorch (TensorFlow: 0.9). */
  readonly smoothing?: number;
  /** Added to the root, as PyTorch, not under it, as TensorFlow; > 0. Default 1e-8. */
  readonly epsilon?: number;
}

export const rmsShape = {
  smoothing: z.number().min(0).lt(1).default(0.99),
  epsilon: z.number().gt(0).default(1e-8),
};

const schema = z.strictObject(rmsShape);

/** The gradient over the root of its running mean square (Tieleman & Hinton 2012, lecture 6.5). */
export function scaleByRms(given: ScaleByRmsOptions = {}): GradientTransform {
  const options = parseOptions("optimizer", "scale-by-rms", schema, given);
  const { smoothing, epsilon } = options;
  return {
    ...plugin("scale-by-rms", "scaleByRms", options),
    init: (weights) => under("meanSquare", zerosLike(weights)),
    update(gradients, state) {
      const squares = map(gradients, (gradient) => tf.square(gradient));
      const before = stateOf("scale-by-rms", "meanSquare", state, gradients);
      const meanSquare = combine(smoothing, before, 1 - smoothing, squares);
      const updates = tf.tidy(() => {
        const shift = tf.scalar(epsilon);
        return map(gradients, (gradient, name) =>
          tf.div(gradient, tf.add(tf.sqrt(meanSquare[name]), shift)),
        ) as tf.NamedTensorMap;
      });
      dispose(gradients, squares, state);
      return { updates, state: under("meanSquare", meanSquare) };
    },
  };
}
