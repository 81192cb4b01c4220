import { createRng } from "@contrastive/core";
import { projectionHead } from "@contrastive/encoder-resnet";
import { supCon } from "@contrastive/loss-supcon";
import { sgd } from "@contrastive/optimize";
import * as tf from "@tensorflow/tfjs";
// By path: a step is no part of what the package offers.
import { gradientStep } from "../../packages/train/src/gradient-step.js";
import { initModel, type Model } from "../../packages/train/src/model.js";
import { disposeReplaced } from "../../packages/train/src/params.js";
import { encoders } from "../step/encoders.js";

export interface TrainingOptions {
  readonly encoder: keyof typeof encoders;
  /** In a step; two views of each sample. */
  readonly images: number;
  /** Height and width of an image. */
  readonly size: number;
}

/** Trains on images that lie on the GPU; each call records a step (forward, backward, update) and gives its loss. */
export function training({ encoder, images: count, size }: TrainingOptions): () => tf.Scalar {
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
  const labels = tf.tensor1d(
    Int32Array.from({ length: batch }, (_, i) => i % 10),
    "int32",
  );
  let { weights, buffers } = initModel(model, rng, { height: size, width: size, channels: 3 }, 10);
  let state = optimizer.init(weights);
  let step = 0;
  return () => {
    const progress = { step: step++, stepsPerEpoch: 1e6, totalSteps: 1e6 };
    const output = gradientStep({
      model,
      weights,
      buffers,
      images: [images],
      views: [[0, 1]],
      labels,
      batch,
      chunkSize: batch,
      rng: rng.fork("step", progress.step),
      ...progress,
    });
    tf.dispose([output.representation, output.metrics]);
    ({ weights, state } = optimizer.apply!(output.gradients, state, { ...progress, weights }));
    disposeReplaced(buffers, output.buffers);
    buffers = output.buffers;
    return output.loss;
  };
}

/** Milliseconds of each of some steps, and their losses, which are read a step late, as in training. */
export async function timeSteps(step: () => tf.Scalar, count: number): Promise<StepTimes> {
  const times: StepTimes = { milliseconds: [], losses: [] };
  let pending: tf.Scalar | undefined;
  let last = performance.now();
  for (let i = 0; i <= count; i++) {
    const loss = i < count ? step() : undefined;
    if (pending !== undefined) {
      times.losses.push((await pending.data())[0]);
      pending.dispose();
      const now = performance.now();
      times.milliseconds.push(now - last);
      last = now;
    }
    pending = loss;
  }
  return times;
}

export interface StepTimes {
  readonly milliseconds: number[];
  readonly losses: number[];
}

/** Middle of some numbers. */
export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  return sorted.length % 2 === 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
}
