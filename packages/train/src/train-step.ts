import * as tf from "@tensorflow/tfjs-core";
import { createRng, type GradientTransform, type Params, type TransformContext } from "@contrastive/core";
import type { Batch } from "@contrastive/data";
import type { TrainState } from "./checkpoint.js";
import { gradientStepThatFits } from "./chunk-that-fits.js";
import { disposeReplaced, disposing, tidyKeep } from "./params.js";
import { prepareImages } from "./prepare-images.js";
import type { Session } from "./set-up.js";

type Moving = Omit<TrainState, "step" | "seconds">;

/**
 * One step of training: consumes the state and returns the next one, with what the step measured.
 *
 * The caller owns both.
 */
export function trainStep(
  session: Session,
  state: Moving,
  batch: Batch,
  progress: { step: number; stepsPerEpoch: number; totalSteps: number },
): { state: Moving; readings: Record<string, tf.Scalar> } {
  const { config, model, normalize } = session;
  model.loss.checkBatch?.(batch.labels, config.views.length);
  const output = disposing((own) => {
    const images = batch.groups.map((group) => own(prepareImages(group, normalize)));
    const labels = batch.labels && own(tf.tensor1d(batch.labels, "int32"));
    return gradientStepThatFits({
      model,
      weights: state.weights,
      buffers: state.buffers,
      images,
      views: batch.groups.map((group) => group.views),
      ...(labels ? { labels } : {}),
      batch: batch.indices.length,
      chunkSize: config.chunkSize ?? batch.indices.length,
      ...progress,
      rng: createRng(config.seed).fork("step", progress.step),
    });
  });

  const monitors = runMonitors(session, state.monitors, output.representation, batch.labels, progress);
  output.representation.dispose();
  const { weights, state: optimizer } = applyGradients(config.optimizer, output.gradients, state.optimizer, {
    ...progress,
    weights: state.weights,
  });
  disposeReplaced(state.buffers, output.buffers);
  return {
    state: { weights, buffers: output.buffers, optimizer, monitors: monitors.states },
    readings: { loss: output.loss, ...output.metrics, ...monitors.metrics },
  };
}

/** The weights and the state after a step; consumes all three, and the weights in the context. */
function applyGradients(
  optimizer: GradientTransform,
  gradients: Params,
  before: Params,
  context: TransformContext,
): { weights: Params; state: Params } {
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

function runMonitors(
  { config }: Session,
  states: readonly Params[],
  representation: tf.Tensor2D,
  perSample: Int32Array | undefined,
  progress: { step: number; stepsPerEpoch: number; totalSteps: number },
): { states: readonly Params[]; metrics: Record<string, tf.Scalar> } {
  if (config.monitors.length === 0) return { states, metrics: {} };
  const views = perSample === undefined ? 1 : representation.shape[0] / perSample.length;
  const perRow =
    perSample &&
    Int32Array.from({ length: representation.shape[0] }, (_, row) => perSample[Math.floor(row / views)]);
  const labels = perRow && tf.tensor1d(perRow, "int32");
  const metrics: Record<string, tf.Scalar> = {};
  const next = config.monitors.map((monitor, i) => {
    const output = monitor.step(states[i], { ...progress, representation, ...(labels ? { labels } : {}) });
    for (const [name, value] of Object.entries(output.metrics)) metrics[`${monitor.name}.${name}`] = value;
    return output.state;
  });
  labels?.dispose();
  return { states: next, metrics };
}
