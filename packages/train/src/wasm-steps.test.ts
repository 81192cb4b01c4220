import * as tf from "@tensorflow/tfjs";
import { wasm, type WasmOptions } from "@contrastive/backend-wasm";
import { type Backend, createRng, type MeasuresMemory, type Params } from "@contrastive/core";
import { projectionHead, resnet8 } from "@contrastive/encoder-resnet";
import { supCon } from "@contrastive/loss-supcon";
import { sgd } from "@contrastive/optimize";
import { cpu, relativeError } from "@contrastive/testing";
import { expect, test } from "vitest";
import { gradientStep } from "./gradient-step.js";
import { initModel, type Model } from "./model.js";

const model: Model = {
  encoder: resnet8(),
  head: projectionHead({ out: 16 }),
  loss: supCon({ temperature: 0.5 }),
  normalizeRepresentation: true,
};
const [batch, views, size] = [8, 2, 16];
const shape = { height: size, width: size, channels: 3 };

function makeInput() {
  const draw = createRng(2).fork("images");
  const count = batch * views * size * size * 3;
  return {
    images: [
      tf.tensor4d(
        Float32Array.from({ length: count }, () => draw.normal()),
        [batch * views, size, size, 3],
      ),
    ],
    labels: tf.tensor1d(
      Array.from({ length: batch }, (_, i) => i % 4),
      "int32",
    ),
  };
}

const step = (input: ReturnType<typeof makeInput>, weights: Params, buffers: Params) =>
  gradientStep({
    model,
    weights,
    buffers,
    ...input,
    views: [[0, 1]],
    batch,
    chunkSize: batch,
    step: 0,
    stepsPerEpoch: 1,
    totalSteps: 1,
    rng: createRng(1),
  });

/** Every gradient of one step, from the same weights on the same images. */
async function gradients(backend: Backend): Promise<Record<string, Float32Array>> {
  await backend.init();
  const input = makeInput();
  const { weights, buffers } = initModel(model, createRng(1), shape, 4);
  const output = step(input, weights, buffers);
  const read: Record<string, Float32Array> = {};
  for (const [name, gradient] of Object.entries(output.gradients)) {
    read[name] = await gradient.data<"float32">();
  }
  tf.dispose([input, weights, buffers, { ...output }] as tf.TensorContainer);
  return read;
}

let expected: Record<string, Float32Array> | undefined;

test.each<WasmOptions>([
  { threads: 1 },
  { threads: 2 },
  { deterministic: true },
  { winograd: false, threads: 3 },
])("the gradient of a whole step is that of plain JavaScript: wasm(%j)", async (options) => {
  expected ??= await gradients(cpu());
  const actual = await gradients(wasm(options));
  expect(Object.keys(actual)).toEqual(Object.keys(expected));
  for (const [name, values] of Object.entries(expected)) {
    // Normalised layers amplify what rounding there is.
    expect(relativeError(actual[name], values), name).toBeLessThan(2e-3);
  }
});

test.each([
  { name: "deterministic", options: { deterministic: true } },
  { name: "relaxed", options: {} },
])("threads don't change a bit: $name", async ({ options }) => {
  const one = await gradients(wasm({ ...options, threads: 1 }));
  expect(await gradients(wasm({ ...options, threads: 2 }))).toEqual(one);
  expect(await gradients(wasm({ ...options, threads: 3 }))).toEqual(one);
});

test("200 steps leave as many tensors, and as much of the heap in use, as 20", async () => {
  await wasm().init();
  const input = makeInput();
  const optimizer = sgd({ learningRate: 0.01, momentum: 0.9 });
  let { weights, buffers } = initModel(model, createRng(1), shape, 4);
  let state = optimizer.init(weights);
  let after20: object = {};
  for (let i = 1; i <= 200; i++) {
    const output = step(input, weights, buffers);
    const progress = { step: i, stepsPerEpoch: 10, totalSteps: 200, weights };
    const updated = optimizer.apply!(output.gradients, state, progress);
    tf.dispose([buffers, output.loss, output.representation] as tf.TensorContainer);
    tf.dispose({ ...output.metrics });
    ({ weights, state } = updated);
    buffers = output.buffers;
    if (i === 20) after20 = memory();
  }
  expect(memory()).toEqual(after20);
  tf.dispose([input, weights, buffers, state] as tf.TensorContainer);
});

function memory() {
  const { numTensors, numDataBuffers } = tf.memory();
  return { numTensors, numDataBuffers, usedBytes: (tf.backend() as unknown as MeasuresMemory).usedBytes() };
}
