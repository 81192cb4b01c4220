import * as tf from "@tensorflow/tfjs-core";
import { defineOp, type Inputs } from "./op.js";
import { byName, type NamedTensors, numbered } from "./tensor-lists.js";

/** What the loss is multiplied by before its gradient is taken, and what that depends on: float32 scalars. */
export interface LossScale {
  /** A power of 2: to multiply by it, and to divide by it, rounds nothing. */
  readonly scale: tf.Scalar;
  /** Steps since it last changed, all of whose gradients were finite. */
  readonly goodSteps: tf.Scalar;
}

/** How a loss's scale moves (Micikevicius et al. 2018, arXiv 1710.03740, section 3.2; the numbers are PyTorch's, the bounds not). */
export const lossScaling = {
  initial: 2 ** 16,
  /** Good steps after which it is doubled. */
  growthInterval: 2000,
  smallest: 2 ** -24,
  largest: 2 ** 24,
} as const;

/** The attributes of kernel `UnscaleGradients`. */
export interface UnscaleGradientsAttributes {
  readonly version: 1;
  /** How many gradients. */
  readonly count: number;
  readonly growthInterval: number;
}

/** The scale that a run begins with. The caller owns it. */
export function initLossScale(): LossScale {
  return { scale: tf.keep(tf.scalar(lossScaling.initial)), goodSteps: tf.keep(tf.scalar(0)) };
}

/**
 * Gradients of a scaled loss, divided by the scale, and `finite`: 1 where all of them are finite numbers, and 0 otherwise. The next
 * scale is half of it where they are not, down to `lossScaling.smallest`, and twice after `growthInterval` steps on which they were, up
 * to `lossScaling.largest`. Nothing is read back.
 *
 * Disposes what it is given; the caller owns what it returns.
 *
 * Kernel `UnscaleGradients`: inputs `gradient0, gradient1, …, scale, goodSteps`, outputs `[gradient0, …, finite, scale, goodSteps]`. An
 * output gradient may be the input's storage only where nobody else holds that.
 */
export function unscaleGradients(
  gradients: NamedTensors,
  { scale, goodSteps }: LossScale,
  { growthInterval = lossScaling.growthInterval }: { readonly growthInterval?: number } = {},
): { gradients: NamedTensors; finite: tf.Scalar; next: LossScale } {
  const names = Object.keys(gradients);
  const inputs = { ...numbered(names, { gradient: gradients }), scale, goodSteps };
  const outputs = unscale(inputs, { version: 1, count: names.length, growthInterval });
  tf.dispose(Object.values(inputs));
  const [finite, nextScale, nextGoodSteps] = outputs.slice(names.length) as tf.Scalar[];
  return {
    ...byName(names, ["gradients"], outputs),
    finite,
    next: { scale: nextScale, goodSteps: nextGoodSteps },
  };
}

const unscale = defineOp<Inputs, UnscaleGradientsAttributes>({
  name: "UnscaleGradients",
  reference({ scale, goodSteps, ...inputs }, { count, growthInterval }) {
    const { smallest, largest } = lossScaling;
    const inverse = tf.reciprocal(scale);
    const gradients = Array.from({ length: count }, (_, i) => tf.mul(inputs[`gradient${i}`], inverse));
    const flags = gradients.filter(({ size }) => size > 0).map((gradient) => tf.all(tf.isFinite(gradient)));
    const finite = tf.all(tf.stack([tf.scalar(true, "bool"), ...flags]));
    const steps = tf.add(goodSteps, 1);
    const grows = tf.greaterEqual(steps, growthInterval);
    const doubled = tf.minimum(tf.mul(scale, 2), largest);
    const halved = tf.maximum(tf.mul(scale, 0.5), smallest);
    return [
      ...gradients,
      tf.cast(finite, "float32"),
      tf.where(finite, tf.where(grows, doubled, scale), halved),
      tf.where(tf.logicalAnd(finite, tf.logicalNot(grows)), steps, tf.zerosLike(steps)),
    ];
  },
});
