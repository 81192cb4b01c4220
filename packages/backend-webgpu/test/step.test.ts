import { createRng, type Loss } from "@contrastive/core";
import { createReplayer, encodeImagePrograms, type Replayer } from "@contrastive/ops";
import * as tf from "@tensorflow/tfjs-core";
import { expect, test } from "vitest";
// By path: these stand above a backend, which can't name them.
import { simAugment } from "../../augment/src/index.js";
import { groupViews, type ViewGroup } from "../../data/src/view-groups.js";
import { projectionHead, resnet8 } from "../../encoder-resnet/src/index.js";
import { supCon } from "../../loss-supcon/src/index.js";
import { sgd } from "../../optimize/src/index.js";
import { gradientStep } from "../../train/src/gradient-step.js";
import { initModel, type Model } from "../../train/src/model.js";
import { disposeReplaced } from "../../train/src/params.js";
import { prepareImages } from "../../train/src/prepare-images.js";
import { replayedStep } from "../../train/src/replayed-step.js";
import { counting } from "./counting.js";
import { describeOnGpu } from "./gpu.js";

const [batch, views, size] = [3, 2, 8];

const model: Model = {
  encoder: resnet8({ width: 0.25 }),
  head: projectionHead({ hidden: 8, out: 4 }),
  loss: supCon(),
  normalizeRepresentation: true,
};

interface TrainingOptions {
  readonly loss?: Loss;
  readonly replayer?: Replayer;
  /** The images of a step, which disposes them. */
  readonly imagesOf?: (step: number) => tf.Tensor4D;
}

/** Values as they are, uploaded as floats. */
function waves(step: number): tf.Tensor4D {
  const values = Float32Array.from({ length: batch * views * size * size * 3 }, (_, i) => Math.sin(i * step));
  return tf.tensor4d(values, [batch * views, size, size, 3]);
}

/** Steps of a training of its own, each with other images. */
function training({ loss = model.loss, replayer, imagesOf = waves }: TrainingOptions = {}) {
  const rng = createRng(1);
  const optimizer = sgd({ learningRate: 0.05, momentum: 0.9 });
  let { weights, buffers } = initModel(model, rng, { height: size, width: size, channels: 3 }, 2);
  let state = optimizer.init(weights);
  let number = 0;
  const step = (): tf.Scalar => {
    const progress = { step: number++, stepsPerEpoch: 4, totalSteps: 8 };
    const images = imagesOf(number);
    const labels = tf.tensor1d([0, 1, 0], "int32");
    const input = {
      model: { ...model, loss },
      weights,
      buffers,
      images: [images],
      views: [[0, 1]],
      labels,
      batch,
      chunkSize: batch,
      rng: rng.fork("step", number),
      ...progress,
    };
    const output = replayer === undefined ? gradientStep(input) : replayedStep(replayer, input);
    tf.dispose([images, labels, output.representation, output.metrics]);
    disposeReplaced(buffers, output.buffers);
    ({ weights, state } = optimizer.apply!(output.gradients, state, { ...progress, weights }));
    buffers = output.buffers;
    return output.loss;
  };
  const end = () => tf.dispose([weights, buffers, state]);
  return { step, end, tensors: () => ({ ...weights, ...buffers, ...state }) };
}

const bits = async (tensors: Readonly<Record<string, tf.Tensor>>) =>
  Promise.all(
    Object.entries(tensors).map(async ([name, tensor]) => [name, [...(await tensor.data())]] as const),
  );

/** Augmented views of pictures of several sizes, as a loader makes them. */
function viewsOf(step: number): ViewGroup {
  const visits = Array.from({ length: batch }, (_, i) => {
    const shape = { height: 9 + i, width: 12, channels: 3 };
    const data = Uint8Array.from(
      { length: shape.height * 36 },
      (_, j) => (j * j + 31 * j + 57 * i + step) % 256,
    );
    return { index: i, before: 0, image: { ...shape, data } };
  });
  const augmentation = simAugment({ size, blurProbability: 0.5 });
  return groupViews(visits, [augmentation, augmentation], { seed: 1, epoch: step })[0];
}

const augmented = (step: number) =>
  prepareImages(viewsOf(step), { mean: [0.49, 0.48, 0.45], std: [0.25, 0.24, 0.26] });

describeOnGpu("a training step", () => {
  test("uploads images, labels and scalars only", () => {
    const { step, end } = training();
    // The first uploads the weights too.
    step();
    const { uploads } = counting(step);
    expect(uploads.filter(({ shape }) => shape.length > 0)).toEqual([
      { shape: [batch * views, size, size, 3], bytes: 4 * batch * views * size * size * 3 },
      { shape: [batch], bytes: 4 * batch },
    ]);
    end();
  });

  test.each([false, true])(
    "on augmented images uploads bytes, programs, labels and scalars only (replayed: %s)",
    (replayed) => {
      const replayer = replayed ? createReplayer() : undefined;
      const { step, end } = training({
        imagesOf: augmented,
        ...(replayer && { replayer }),
      });
      for (let i = 0; i < 3; i++) step();
      const { images, programs } = viewsOf(4);
      const { uploads, writes } = counting(step);
      const { data } = encodeImagePrograms(programs);
      const bytes = new Set(images.map((image) => image.data.length));
      expect(bytes.size).toBe(batch);
      // The image of both views of a sample is sent once.
      expect(writes).toEqual([16 * programs.length + data.byteLength, [...bytes].reduce((a, b) => a + b)]);
      expect(uploads.filter(({ shape }) => shape.length > 0)).toEqual([{ shape: [batch], bytes: 4 * batch }]);
      expect(uploads.length).toBeLessThan(replayed ? 5 : 20);
      end();
      replayer?.dispose();
    },
  );

  test.each([
    { what: "floats", imagesOf: waves },
    { what: "augmented images", imagesOf: augmented },
  ])(
    "replayed on $what gives the same bits, uploads no more than it needs, and leaves no tensor",
    async ({ imagesOf }) => {
      const replayer = createReplayer();
      const [plain, replayed] = [training({ imagesOf }), training({ imagesOf, replayer })];
      const counts: number[] = [];
      for (let i = 0; i < 5; i++) {
        const [a, b] = [plain.step(), replayed.step()];
        expect([...(await b.data())]).toEqual([...(await a.data())]);
        tf.dispose([a, b]);
        counts.push(tf.memory().numTensors);
      }
      expect(new Set(counts.slice(1)).size).toBe(1);
      expect(await bits(replayed.tensors())).toEqual(await bits(plain.tensors()));
      const inPlain = counting(plain.step);
      const inReplay = counting(replayed.step);
      expect(inReplay.dispatches).toBe(inPlain.dispatches);
      expect(inReplay.uploads.length).toBeLessThan(inPlain.uploads.length);
      plain.end();
      replayed.end();
      replayer.dispose();
    },
  );

  test("is not replayed where the loss looks at its number", async () => {
    const replayer = createReplayer();
    const constant = supCon();
    let looks = 0;
    const loss: Loss = {
      ...constant,
      compute: (input) => {
        const { loss: value } = constant.compute(input);
        looks++;
        return { loss: tf.mul(value, input.step + 1) };
      },
    };
    const { step, end } = training({ replayer, loss });
    for (let i = 0; i < 4; i++) step();
    expect(looks).toBe(4);
    end();
    replayer.dispose();
  });
});
