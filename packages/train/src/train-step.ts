import * as tf from "@tensorflow/tfjs-core";
import {
  createRng,
  type GradientTransform,
  type Params,
  type Progress,
  type TransformContext,
} from "@contrastive/core";
import type { Batch } from "@contrastive/data";
import type { TrainState } from "./checkpoint.js";
import type { ModelState } from "./model.js";
import { advanceMomentum, decayAt } from "./momentum.js";
import { labelsFor, labelTensor } from "./labels.js";
import { disposeReplaced, disposing, tidyKeep } from "./params.js";
import { prepareImages } from "./prepare-images.js";
import { replayedStep } from "./replayed-step.js";
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
  progress: Progress,
): { state: Moving; readings: Record<string, tf.Scalar> } {
  const { config, model, normalize, classes, replayer } = session;
  const hostLabels = labelsFor(model.loss, batch, classes);
  model.loss.checkBatch?.(hostLabels?.values, config.views.length, classes);
  const output = disposing((own) => {
    const images = batch.groups.map((group) => own(prepareImages(group, normalize)));
    const labels = hostLabels && own(labelTensor(hostLabels));
    return replayedStep(replayer, {
      model,
      weights: state.weights,
      buffers: state.buffers,
      ...(state.momentum ? { momentum: state.momentum } : {}),
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
  const momentum = nextMomentum(session, state, output, { weights, buffers: output.buffers }, progress);
  return {
    state: { weights, buffers: output.buffers, optimizer, ...momentum, monitors: monitors.states },
    readings: { loss: output.loss, ...output.metrics, ...monitors.metrics },
  };
}

/** Consumes the momentum encoder of the state. */
function nextMomentum(
  { config: { momentumEncoder } }: Session,
  { momentum: before }: Moving,
  { momentumBuffers }: { momentumBuffers?: Params },
  trained: ModelState,
  progress: Progress,
): Pick<Moving, "momentum"> {
  if (momentumEncoder === undefined || before === undefined) return {};
  if (momentumBuffers !== undefined) disposeReplaced(before.buffers, momentumBuffers);
  const momentum = { weights: before.weights, buffers: momentumBuffers ?? before.buffers };
  const decay = decayAt(momentumEncoder, progress);
  return { momentum: advanceMomentum(momentum, trained, decay, momentumBuffers !== undefined) };
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
  progress: Progress,
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
