import { createRng } from "@contrastive/core";
import * as tf from "@tensorflow/tfjs-core";
import { expect, test } from "vitest";
// By path: these stand above a backend, which can't name them.
import { projectionHead, resnet8 } from "../../encoder-resnet/src/index.js";
import { supCon } from "../../loss-supcon/src/index.js";
import { gradientStep } from "../../train/src/gradient-step.js";
import { initModel, type Model } from "../../train/src/model.js";
import { counting } from "./counting.js";
import { describeOnGpu } from "./gpu.js";

const [batch, views, size] = [3, 2, 8];

describeOnGpu("a training step", () => {
  test("uploads images, labels and scalars only", () => {
    const model: Model = {
      encoder: resnet8({ width: 0.25 }),
      head: projectionHead({ hidden: 8, out: 4 }),
      loss: supCon(),
      normalizeRepresentation: true,
    };
    const rng = createRng(1);
    const { weights, ...start } = initModel(model, rng, { height: size, width: size, channels: 3 }, 2);
    let { buffers } = start;
    const step = () => {
      const images = tf.tensor4d(new Float32Array(batch * views * size * size * 3).fill(0.5), [
        batch * views,
        size,
        size,
        3,
      ]);
      const labels = tf.tensor1d([0, 1, 0], "int32");
      const output = gradientStep({
        model,
        weights,
        buffers,
        images: [images],
        views: [[0, 1]],
        labels,
        batch,
        chunkSize: batch,
        step: 0,
        stepsPerEpoch: 1,
        totalSteps: 1,
        rng,
      });
      tf.dispose([images, labels]);
      buffers = output.buffers;
      return output;
    };
    // The first uploads the weights too.
    step();
    const { uploads } = counting(step);
    expect(uploads.filter(({ shape }) => shape.length > 0)).toEqual([
      { shape: [batch * views, size, size, 3], bytes: 4 * batch * views * size * size * 3 },
      { shape: [batch], bytes: 4 * batch },
    ]);
  });
});
