import * as tf from "@tensorflow/tfjs-core";
import { createRng, type GradientTransform, type Params, type Progress } from "@contrastive/core";
import type { Batch } from "@contrastive/data";
import type { LossScale } from "@contrastive/ops";
import { applyGradients, applyScaledGradients } from "./apply-gradients.js";
import type { TrainState } from "./checkpoint.js";
import type { ModelState } from "./model.js";
import { advanceMomentum, decayAt } from "./momentum.js";
import { labelsFor, labelTensor } from "./labels.js";
import { largerLabels, mixLabels, mixtureOf } from "./mix-batch.js";
import { disposeReplaced, disposing } from "./params.js";
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
  const { config, model, normalize, classes, input, replayer } = session;
  const hostLabels = labelsFor(model.loss, batch, classes);
  model.loss.checkBatch?.(hostLabels?.values, config.views.length, classes);
  // Mixed before the step, whose recordings have mixed images and labels as inputs, and nothing of the mixture in them.
  const mixture = mixtureOf(config, batch, input);
  const output = disposing((own) => {
    const images = batch.groups.map((group) => own(prepareImages(group, normalize, mixture)));
    const labels = hostLabels && own(labelTensor(mixture ? mixLabels(hostLabels, mixture) : hostLabels));
    return replayedStep(replayer, {
      model,
      weights: state.weights,
      buffers: state.buffers,
      ...(state.momentum ? { momentum: state.momentum } : {}),
      ...(state.lossScale ? { scale: state.lossScale.scale } : {}),
      images,
      views: batch.groups.map((group) => group.views),
      ...(labels ? { labels } : {}),
      batch: batch.indices.length,
      chunkSize: config.chunkSize ?? batch.indices.length,
      ...progress,
      rng: createRng(config.seed).fork("step", progress.step),
    });
  });

  const seen = mixture && batch.labels ? largerLabels(batch.labels, mixture) : batch.labels;
  const monitors = runMonitors(session, state.monitors, output.representation, seen, progress);
  output.representation.dispose();
  const readings = {
    loss: output.loss,
    // The state keeps it, and lets go of it before it is read.
    ...(state.lossScale && { lossScale: tf.keep(tf.clone(state.lossScale.scale)) }),
    ...output.metrics,
    ...monitors.metrics,
  };
  const { state: optimizer, ...updated } = update(config.optimizer, output.gradients, state, progress);
  disposeReplaced(state.buffers, output.buffers);
  const momentum = nextMomentum(session, state, output, { ...updated, buffers: output.buffers }, progress);
  return {
    state: { ...updated, buffers: output.buffers, optimizer, ...momentum, monitors: monitors.states },
    readings,
  };
}

/** Consumes the gradients, and of the state weights, optimizer and the loss's scale. */
function update(
  optimizer: GradientTransform,
  gradients: Params,
  { weights, optimizer: before, lossScale }: Moving,
  progress: Progress,
): { weights: Params; state: Params; lossScale?: LossScale } {
  const context = { ...progress, weights };
  return lossScale === undefined
    ? applyGradients(optimizer, gradients, before, context)
    : applyScaledGradients(optimizer, gradients, before, context, lossScale);
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
