import {
  adamCorrections,
  type AdamUpdateAttributes,
  decayed,
  type SgdUpdateAttributes,
} from "@contrastive/ops";
import * as tf from "@tensorflow/tfjs-core";
import { kernel } from "./kernel.js";
import { changing } from "./variables.js";

const APPLY = { T: "float32", use_locking: false } as const;

export const sgdUpdate = kernel<string, SgdUpdateAttributes>("SgdUpdate", ({ inputs, attrs, backend }) => {
  const { learningRate, momentum, nesterov, weightDecays } = attrs;
  const change = changing(backend, inputs);
  const [rate, inertia] = [tf.scalar(learningRate), tf.scalar(momentum)];
  return weightDecays.flatMap((weightDecay, i) => {
    const weight = inputs[`weight${i}`];
    const gradient = decayed(inputs[`gradient${i}`], weight, weightDecay);
    if (momentum === 0) {
      const operation = "ResourceApplyGradientDescent";
      return change({ operation, attributes: APPLY, tensors: [weight], by: [rate, gradient] });
    }
    return change({
      operation: "ResourceApplyMomentum",
      attributes: { ...APPLY, use_nesterov: nesterov },
      tensors: [weight, inputs[`momentum${i}`]],
      by: [rate, gradient, inertia],
    });
  });
});

export const adamUpdate = kernel<string, AdamUpdateAttributes>("AdamUpdate", ({ inputs, attrs, backend }) => {
  const { learningRate, beta1, beta2, decoupled, weightDecays } = attrs;
  const change = changing(backend, inputs);
  const { factor, shift } = adamCorrections(attrs);
  // TensorFlow would take the corrections from powers in float32, which a β₂ near 1 does not survive: they are in the rate.
  const by = [0, 0, learningRate * factor, beta1, beta2, shift].map((value) => tf.scalar(value));
  return weightDecays.flatMap((weightDecay, i) => {
    const given = inputs[`weight${i}`];
    const shrinks = decoupled && weightDecay !== 0;
    const weight = shrinks ? tf.mul(given, 1 - learningRate * weightDecay) : given;
    const gradient = decayed(inputs[`gradient${i}`], given, decoupled ? 0 : weightDecay);
    return change({
      operation: "ResourceApplyAdam",
      attributes: { ...APPLY, use_nesterov: false },
      tensors: [weight, inputs[`mean${i}`], inputs[`meanSquare${i}`]],
      by: [...by, gradient],
    });
  });
});
