import * as tf from "@tensorflow/tfjs-core";
import type { GradientTransform, Params, TransformContext } from "@contrastive/core";
import { type LossScale, takeIf, unscaleGradients } from "@contrastive/ops";
import { addPrefix, disposeReplaced, tidyKeep, withPrefix } from "./params.js";

interface Applied {
  readonly weights: Params;
  readonly state: Params;
}

/** The weights and the state after a step; consumes all three, and the weights in the context. */
export function applyGradients(
  optimizer: GradientTransform,
  gradients: Params,
  before: Params,
  context: TransformContext,
): Applied {
  if (optimizer.apply !== undefined) return optimizer.apply(gradients, before, context);
  const { updates, state } = optimizer.update(gradients, before, context);
  const weights = tidyKeep(() =>
    Object.fromEntries(
      Object.entries(context.weights).map(([name, weight]) => [name, tf.add(weight, updates[name])]),
    ),
  );
  disposeReplaced(context.weights);
  disposeReplaced(updates);
  return { weights, state };
}

/**
 * As `applyGradients`, of a scaled loss: where a gradient is not finite, weights and state stay what they were, bit for bit. Whether one
 * is, only the backend knows.
 *
 * Consumes the scale too.
 */
export function applyScaledGradients(
  optimizer: GradientTransform,
  scaled: Params,
  before: Params,
  context: TransformContext,
  lossScale: LossScale,
): Applied & { lossScale: LossScale } {
  const { gradients, finite, next } = unscaleGradients(scaled, lossScale);
  const applied =
    optimizer.applyIf?.(finite, gradients, before, context) ??
    applyOrNot(optimizer, finite, gradients, before, context);
  finite.dispose();
  return { ...applied, lossScale: next };
}

function applyOrNot(
  optimizer: GradientTransform,
  condition: tf.Scalar,
  gradients: Params,
  before: Params,
  context: TransformContext,
): Applied {
  // Held, so that an update in place has its place elsewhere.
  const held = tidyKeep(() =>
    cloneEach({ ...addPrefix("weight ", context.weights), ...addPrefix("state ", before) }),
  );
  const { weights, state } = applyGradients(optimizer, gradients, before, context);
  const taken = takeIf(condition, { ...addPrefix("weight ", weights), ...addPrefix("state ", state) }, held);
  return { weights: withPrefix("weight ", taken), state: withPrefix("state ", taken) };
}

function cloneEach(params: Params): Record<string, tf.Tensor> {
  return Object.fromEntries(Object.entries(params).map(([name, tensor]) => [name, tf.clone(tensor)]));
}
