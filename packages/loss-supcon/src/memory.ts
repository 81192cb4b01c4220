import type { LossInput, Params } from "@contrastive/core";
import { type ContrastiveLossInputs, enqueue, repeatRows, stopGradient } from "@contrastive/ops";
import * as tf from "@tensorflow/tfjs-core";
import { complaint } from "./complaint.js";
import type { CompleteSupConOptions } from "./options.js";

/**
 * An empty memory: `queue` `[size, dim]`, `queueLabels` int32 `[size]` or float32 `[size, classes]`, and `queueFilled` int32
 * `[size]`, 1 where there is an embedding. The newest come first.
 */
export function emptyMemory(
  { memory, labels }: CompleteSupConOptions,
  dim: number | undefined,
  classes: number,
): Params {
  if (memory === "none") return {};
  if (dim === undefined) throw complaint({ what: "init needs the size of the embeddings" });
  const { size } = memory;
  return {
    queue: tf.zeros([size, dim]),
    queueLabels: labels === "soft" ? tf.zeros([size, classes]) : tf.zeros([size], "int32"),
    queueFilled: tf.zeros([size], "int32"),
  };
}

/** The batch's views with the memory behind them as further contrasts, once it is warm. */
export function withMemory(
  views: ContrastiveLossInputs,
  input: Partial<Pick<LossInput, "buffers" | "step" | "labels">>,
  { memory }: CompleteSupConOptions,
): ContrastiveLossInputs {
  if (memory === "none") return views;
  const { buffers = {}, labels } = input;
  // A loss that looks at the step is not replayed.
  if (memory.warmupSteps > 0 && (input.step ?? 0) < memory.warmupSteps) return views;
  const { queue, queueLabels, queueFilled } = queueOf(buffers);
  const rows = views.contrasts.shape[0];
  const numbers = tf.range(rows, rows + memory.size, 1, "int32");
  const none = tf.sub(tf.zerosLike(queueFilled), tf.onesLike(queueFilled));
  const ids = tf.where(tf.cast(queueFilled, "bool"), numbers, none);
  // In a batch without labels those of samples are 0 and more.
  const pastLabels = labels === undefined ? none : queueLabels;
  return {
    ...views,
    contrasts: tf.concat([views.contrasts, queue]),
    contrastIds: tf.concat([views.contrastIds, ids]) as tf.Tensor1D,
    // Of no sample in the batch.
    contrastSamples: tf.concat([views.contrastSamples, none]) as tf.Tensor1D,
    contrastLabels: tf.concat([views.contrastLabels, pastLabels]) as tf.Tensor1D | tf.Tensor2D,
  };
}

/** The memory after a step; of a batch without labels, each embedding is a class of its own. */
export function remember(
  { embeddings, targets, labels, buffers }: LossInput,
  { memory, on }: CompleteSupConOptions,
): Params {
  if (memory === "none") return buffers;
  const { queue, queueLabels, queueFilled } = queueOf(buffers);
  const keys = (memory.keys === "encoder" ? embeddings : targets)?.[on];
  if (keys === undefined) throw complaint({ what: `compute needs targets.${on}` });
  const [batch, views, dim] = keys.shape;
  const rows = batch * views;
  return {
    queue: enqueue(queue, stopGradient(tf.reshape(keys, [rows, dim]))),
    queueLabels: labels === undefined ? queueLabels : enqueue(queueLabels, repeatRows(labels, views)),
    queueFilled: enqueue(queueFilled, tf.ones([rows], "int32")),
  };
}

function queueOf({ queue, queueLabels, queueFilled }: Params) {
  if (queue === undefined || queueLabels === undefined || queueFilled === undefined) {
    throw complaint({
      what: "compute needs the buffers that init made: queue, queueLabels and queueFilled",
    });
  }
  return { queue: queue as tf.Tensor2D, queueLabels, queueFilled };
}
