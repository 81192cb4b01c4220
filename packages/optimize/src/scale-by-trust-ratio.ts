import * as tf from "@tensorflow/tfjs-core";
import * as z from "zod";
import { type GradientTransform, parseOptions } from "@contrastive/core";
import { covers, type Mask, maskSchema } from "./mask.js";
import { plugin } from "./plugin.js";

export interface ScaleByTrustRatioOptions {
  /** η; > 0. Default 0.001, as SimCLR. */
  readonly trustCoefficient?: number;
  /** Which weights it scales; the others pass through. Default `"matrices"`. */
  readonly mask?: Mask;
}

const schema = z.strictObject({
  trustCoefficient: z.number().gt(0).default(0.001),
  mask: maskSchema.default("matrices"),
});

/**
 * Scales the gradient g of each weight w by η·‖w‖ / ‖g‖, and by 1 where either norm is zero.
 *
 * You et al. 2017, arXiv 1708.03888, in the form of SimCLR's code: g holds the decayed weights already, while
 * equation 6 of the paper has ‖g‖ + β·‖w‖ for ‖g + β·w‖.
 */
export function scaleByTrustRatio(given: ScaleByTrustRatioOptions = {}): GradientTransform {
  const options = parseOptions("optimizer", "scale-by-trust-ratio", schema, given);
  const { trustCoefficient, mask } = options;
  return {
    ...plugin("scale-by-trust-ratio", "scaleByTrustRatio", options),
    init: () => ({}),
    update(gradients, _state, { weights }) {
      const updates = Object.entries(gradients).map(([name, gradient]) => {
        if (!covers(mask, name, gradient.shape)) return [name, gradient] as const;
        const scaled = tf.tidy(() => tf.mul(gradient, trustRatio(weights[name], gradient, trustCoefficient)));
        gradient.dispose();
        return [name, scaled] as const;
      });
      return { updates: Object.fromEntries(updates), state: {} };
    },
  };
}

function trustRatio(weight: tf.Tensor, gradient: tf.Tensor, coefficient: number): tf.Tensor {
  const weightNorm = norm(weight);
  const gradientNorm = norm(gradient);
  const ratio = tf.mul(coefficient, tf.div(weightNorm, gradientNorm));
  return tf.where(tf.greater(tf.minimum(weightNorm, gradientNorm), 0), ratio, 1);
}

function norm(tensor: tf.Tensor): tf.Tensor {
  return tf.sqrt(tf.sum(tf.square(tensor)));
}
