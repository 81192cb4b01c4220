import {
  type Config,
  createRng,
  type Encoder,
  type Loss,
  type Params,
  type RawImage,
} from "@contrastive/core";
import { batchNormTraining } from "@contrastive/ops";
import { relativeError, seededValues } from "@contrastive/testing";
import * as tf from "@tensorflow/tfjs-core";
import { afterAll, expect, test } from "vitest";
// By path: these stand above a backend, which can't name them.
import { fromArrays } from "../../data/src/index.js";
import { crossEntropy } from "../../loss-cross-entropy/src/index.js";
import { sgd } from "../../optimize/src/index.js";
import { disposeState, readCheckpoint } from "../../train/src/checkpoint.js";
import { gradientStep } from "../../train/src/gradient-step.js";
import { memoryStorage, train, type TrainOptions } from "../../train/src/index.js";
import { initModel, type Model } from "../../train/src/model.js";
import { describeOnGpu, gpu } from "./gpu.js";
import { asHalf, inMixed, isStoredAsHalves } from "./half.js";

const [batch, size, channels] = [6, 8, 8];
const shape = { height: size, width: size, channels: 3 };

/** A residual block behind a convolution: most of what is stored as halves, in few shaders. */
const encoder: Encoder = {
  name: "block",
  options: {},
  dim: channels,
  init: () => ({
    weights: {
      stem: weight([3, 3, 3, channels]),
      block: weight([3, 3, channels, channels]),
      scale: tf.keep(tf.ones([channels])),
      offset: tf.keep(tf.zeros([channels])),
    },
    buffers: {},
  }),
  forward({ stem, block, scale, offset }, images, { buffers }) {
    const normalize = (x: tf.Tensor, residual?: tf.Tensor) => {
      const inputs = { x, scale: scale as tf.Tensor1D, offset: offset as tf.Tensor1D };
      return batchNormTraining({ ...inputs, ...(residual && { residual }) }, { epsilon: 1e-5, relu: true }).y;
    };
    const embeddings = tf.tidy(() => {
      const x = normalize(convolve(images, stem, 2));
      stored.add(isStoredAsHalves(x));
      return tf.mean<tf.Tensor2D>(normalize(convolve(x, block, 1), x), [1, 2]);
    });
    return { embeddings, buffers };
  },
};

function convolve(x: tf.Tensor, filter: tf.Tensor, stride: number): tf.Tensor {
  return tf.conv2d(x as tf.Tensor4D, filter as tf.Tensor4D, stride, "same");
}

/** Whether activations are. */
const stored = new Set<boolean>();

/** A half, to which subgroups that multiply matrices round it. */
function weight(of: [number, number, number, number]): tf.Tensor {
  const values = seededValues(`filter ${of.join()}`, tf.util.sizeFromShape(of)).map(asHalf);
  return tf.keep(tf.tensor4d(values, of));
}

const images: RawImage[] = Array.from({ length: 2 * batch }, (_, i) => ({
  ...shape,
  // Two classes: stripes down, or across.
  data: Uint8Array.from({ length: size * size * 3 }, (_, j) => {
    const pixel = Math.floor(j / 3);
    const at = i % 2 === 0 ? pixel % size : Math.floor(pixel / size);
    return (at % 2) * 150 + ((i * 37 + j * j * 11) % 100);
  }),
}));
const labels = images.map((_, i) => i % 2);

const config: Config = {
  backend: gpu(),
  precision: "mixed",
  data: fromArrays({ images, labels, classes: ["down", "across"] }),
  views: [
    { name: "same", options: {}, output: (input) => input, sample: () => ({ output: shape, steps: [] }) },
  ],
  encoder,
  loss: crossEntropy(),
  optimizer: sgd({ learningRate: 0.1, momentum: 0.9 }),
  epochs: 10,
  batchSize: batch,
};

const modelOf = ({ encoder, loss }: Config): Model => ({ encoder, loss, normalizeRepresentation: true });

/** The loss, and each gradient of a step, divided by the scale. */
async function lossAndGradients(scale: number) {
  const model = modelOf(config);
  const pixels = images.slice(0, batch).flatMap(({ data }) => [...data].map((value) => value / 255));
  const { weights, buffers } = initModel(model, createRng(1), shape, 2);
  const input = {
    weights,
    buffers,
    images: [tf.tensor4d(pixels, [batch, size, size, 3])],
    labels: tf.tensor1d(labels.slice(0, batch), "int32"),
    scale: tf.scalar(scale),
  };
  const step = { model, views: [[0]], batch, chunkSize: batch, rng: createRng(1) };
  const output = gradientStep({ ...step, ...input, step: 0, stepsPerEpoch: 1, totalSteps: 1 });
  const read: Record<string, Float32Array> = { loss: await output.loss.data<"float32">() };
  for (const [name, gradient] of Object.entries(output.gradients)) {
    expect(isStoredAsHalves(gradient), name).toBe(false);
    read[name] = (await gradient.data<"float32">()).map((value) => value / scale);
  }
  tf.dispose([input, { ...output }] as tf.TensorContainer);
  return read;
}

describeOnGpu("mixed precision", () => {
  afterAll(async () => void (await gpu().init()));

  // On the way to the stem's gradient and back lie 8 roundings to halves, each of at most 2⁻¹¹ of a value; they add up as independent
  // ones do. So it is as long as none moves a value across a ReLU's zero, which changes a gradient by all there is: here none does.
  const tolerance = 4 * 2 ** -11;

  test("the gradient of a whole step is float32's, to the rounding of what is stored", async () => {
    const wide = await lossAndGradients(1);
    expect([...stored]).toEqual([false]);
    const mixed = await inMixed(() => lossAndGradients(2 ** 16));
    expect([...stored]).toEqual([false, true]);
    for (const [name, values] of Object.entries(wide)) {
      const error = relativeError(mixed[name], values);
      expect(error, name).toBeLessThan(tolerance);
      expect(error, `${name}: of floats`).toBeGreaterThan(0);
    }
  });

  test("a small network trains, to the same bits each time, and leaves nothing behind", async () => {
    const [first, second] = [await finished(), await finished()];
    const losses = first.history.map(({ loss }) => loss);
    expect(losses.at(-1)).toBeLessThan(losses[0] / 2);
    expect(first.history.every(({ lossScale }) => lossScale === 2 ** 16)).toBe(true);
    expect(second.state).toEqual(first.state);
    expect(second.left).toEqual([0, 0]);
    const wide = await finished({ precision: "float32" });
    expect(Math.abs(wide.history[0].loss - losses[0])).toBeLessThan(tolerance);
    expect(wide.history[0]).not.toHaveProperty("lossScale");
  });

  test("steps whose gradients overflow halves are left out until the scale is small enough, and a resumed run goes on there", async () => {
    const loud: Partial<Config> = {
      loss: loudly,
      optimizer: sgd({ learningRate: 0.1 / LOUD, momentum: 0.9 }),
    };
    const whole = await finished(loud);
    const scales = whole.history.map(({ lossScale }) => lossScale);
    const halved = scales.filter((scale, i) => i > 0 && scale === scales[i - 1] / 2).length;
    expect(scales.slice(0, 3)).toEqual([2 ** 16, 2 ** 15, 2 ** 14]);
    expect(halved).toBeLessThan(scales.length / 2);
    expect(scales.at(-1)).toBe(2 ** (16 - halved));
    const losses = whole.history.map(({ loss }) => loss);
    expect(losses.at(-1)).toBeLessThan(losses[0] / 2);

    // The first two overflow.
    const { weights } = initModel(modelOf(config), createRng(0).fork("weights"), shape, 2);
    const untouched = await valuesOf(weights);
    tf.dispose(weights as tf.NamedTensorMap);
    const storage = memoryStorage();
    const stop = new AbortController();
    const onEvent: TrainOptions["onEvent"] = ({ type }) => void (type === "epoch" && stop.abort());
    const begun = train({ ...config, ...loud }, { storage, signal: stop.signal, onEvent });
    await expect(begun).rejects.toThrow(/stopped after 2 of/);
    const stored = (await readCheckpoint(storage))!;
    expect(await valuesOf(stored.weights)).toEqual(untouched);
    expect(await valuesOf({ ...stored.lossScale })).toEqual({ scale: [2 ** 14], goodSteps: [0] });
    disposeState(stored);
    expect((await finished(loud, { storage, resume: true })).state).toEqual(whole.state);
  });
});

const LOUD = 2 ** 10;

/** Its gradients are too large for halves at first. */
const loudly: Loss = {
  ...crossEntropy(),
  compute(input) {
    const output = crossEntropy().compute(input);
    return { ...output, loss: tf.mul<tf.Scalar>(output.loss, LOUD) };
  },
};

/** A run, and what it left behind. */
async function finished(changes: Partial<Config> = {}, options?: TrainOptions) {
  const before = [tf.memory().numTensors, tf.backend().numDataIds()];
  const run = await train({ ...config, ...changes }, options);
  const { history, state } = run;
  const values = await valuesOf({ ...state.weights, ...state.optimizer, ...state.lossScale });
  run.dispose();
  const left = [tf.memory().numTensors - before[0], tf.backend().numDataIds() - before[1]];
  return { history, state: values, left };
}

async function valuesOf(params: Params): Promise<Readonly<Record<string, readonly number[]>>> {
  const read = Object.entries(params).map(
    async ([name, tensor]) => [name, [...(await tensor.data())]] as const,
  );
  return Object.fromEntries(await Promise.all(read));
}
