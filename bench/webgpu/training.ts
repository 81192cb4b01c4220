import { createRng, type Precision } from "@contrastive/core";
import { projectionHead } from "@contrastive/encoder-resnet";
import { supCon } from "@contrastive/loss-supcon";
import { createReplayer, initLossScale } from "@contrastive/ops";
import { sgd } from "@contrastive/optimize";
import * as tf from "@tensorflow/tfjs";
// By path: a step is no part of what the package offers.
import { applyGradients, applyScaledGradients } from "../../packages/train/src/apply-gradients.js";
import { initModel, type Model } from "../../packages/train/src/model.js";
import { disposeReplaced } from "../../packages/train/src/params.js";
import { replayedStep } from "../../packages/train/src/replayed-step.js";
import { encoders } from "../step/encoders.js";

export interface TrainingOptions {
  readonly encoder: keyof typeof encoders;
  /** In a step; two views of each sample. */
  readonly images: number;
  /** Height and width of an image. */
  readonly size: number;
  /** That of the backend: in mixed precision the loss is scaled. Default `"float32"`. */
  readonly precision?: Precision;
}

/** Trains on images that lie on the GPU; each call records a step (forward, backward, update) and gives its loss. */
export function training({
  encoder,
  images: count,
  size,
  precision = "float32",
}: TrainingOptions): () => tf.Scalar {
  const batch = count / 2;
  const model: Model = {
    encoder: encoders[encoder],
    head: projectionHead({ hidden: "input", out: 128 }),
    loss: supCon({ temperature: 0.1 }),
    normalizeRepresentation: true,
  };
  const optimizer = sgd({ learningRate: 0.05, momentum: 0.9 });
  const rng = createRng(1);
  const pixels = rng.fork("images");
  const images = tf.tensor4d(
    Float32Array.from({ length: count * size * size * 3 }, () => 4 * pixels.uniform() - 2),
    [count, size, size, 3],
  );
  const classes = Int32Array.from({ length: batch }, (_, i) => i % 10);
  const replayer = createReplayer();
  let { weights, buffers } = initModel(model, rng, { height: size, width: size, channels: 3 }, 10);
  let state = optimizer.init(weights);
  let lossScale = precision === "mixed" ? initLossScale() : undefined;
  let step = 0;
  return () => {
    const progress = { step: step++, stepsPerEpoch: 1e6, totalSteps: 1e6 };
    const labels = tf.tensor1d(classes, "int32");
    const output = replayedStep(replayer, {
      model,
      weights,
      buffers,
      images: [images],
      views: [[0, 1]],
      labels,
      batch,
      chunkSize: batch,
      ...(lossScale && { scale: lossScale.scale }),
      rng: rng.fork("step", progress.step),
      ...progress,
    });
    tf.dispose([labels, output.representation, output.metrics]);
    const context = { ...progress, weights };
    if (lossScale === undefined) {
      ({ weights, state } = applyGradients(optimizer, output.gradients, state, context));
    } else {
      ({ weights, state, lossScale } = applyScaledGradients(
        optimizer,
        output.gradients,
        state,
        context,
        lossScale,
      ));
    }
    disposeReplaced(buffers, output.buffers);
    buffers = output.buffers;
    return output.loss;
  };
}

/** A step, from beginning to end, and its loss. */
export async function trainStep(step: () => tf.Scalar): Promise<number> {
  const loss = step();
  const [value] = await loss.data();
  loss.dispose();
  return value;
}

export interface StepTimes {
  readonly milliseconds: number[];
  readonly losses: number[];
}

/**
 * Milliseconds of each of some steps in a row, and their losses. A loss is read when the next step is on its way, as in training;
 * two more steps see to that at the ends.
 */
export async function timeSteps(step: () => tf.Scalar, count: number): Promise<StepTimes> {
  const times: StepTimes = { milliseconds: [], losses: [] };
  let pending = step();
  let last = 0;
  for (let i = 0; i <= count; i++) {
    const next = step();
    const [loss] = await pending.data();
    const now = performance.now();
    if (i > 0) {
      times.milliseconds.push(now - last);
      times.losses.push(loss);
    }
    last = now;
    pending.dispose();
    pending = next;
  }
  await pending.data();
  pending.dispose();
  return times;
}
