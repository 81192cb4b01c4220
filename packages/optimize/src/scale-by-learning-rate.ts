import * as tf from "@tensorflow/tfjs-core";
import * as z from "zod";
import { type GradientTransform, parseOptions } from "@contrastive/core";
import { type LearningRate, learningRateSchema, rateAt } from "./learning-rate.js";
import { dispose, map } from "./params.js";
import { plugin } from "./plugin.js";

export interface ScaleByLearningRateOptions {
  /** A number >= 0, or a schedule. Default 0.05, as SupContrast. */
  readonly learningRate?: LearningRate;
}

const schema = z.strictObject({ learningRate: learningRateSchema.default(0.05) });

/** Multiplies by the learning rate and by -1: what comes out is added to the weights. */
export function scaleByLearningRate(given: ScaleByLearningRateOptions = {}): GradientTransform {
  const options = parseOptions("optimizer", "scale-by-learning-rate", schema, given);
  const { learningRate } = options;
  return {
    ...plugin("scale-by-learning-rate", "scaleByLearningRate", options),
    init: () => ({}),
    update(gradients, _state, context) {
      const updates = tf.tidy(() => {
        const factor = tf.scalar(-rateAt(learningRate, context));
        return map(gradients, (gradient) => tf.mul(gradient, factor)) as tf.NamedTensorMap;
      });
      dispose(gradients);
      return { updates, state: {} };
    },
    metrics: (progress) => ({ learningRate: rateAt(learningRate, progress) }),
  };
}
