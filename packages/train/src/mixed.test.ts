import * as tf from "@tensorflow/tfjs";
import type { Backend, Config, Loss, RawImage } from "@contrastive/core";
import { fromArrays } from "@contrastive/data";
import { crossEntropy } from "@contrastive/loss-cross-entropy";
import { adam, chain, clipByGlobalNorm, sgd } from "@contrastive/optimize";
import { cpu, tinyEncoder } from "@contrastive/testing";
import { describe, expect, test } from "vitest";
import { disposeState, readCheckpoint } from "./checkpoint.js";
import { memoryStorage, type Run, train, type TrainOptions } from "./index.js";

const shape = { height: 8, width: 8, channels: 3 };
const images: RawImage[] = Array.from({ length: 12 }, (_, i) => ({
  ...shape,
  data: Uint8Array.from({ length: 192 }, (_, j) => (i * 37 + j * j * 11) % 256),
}));

/** What mixed precision asks of the trainer can be seen where all numbers are of 32 bits, too: they overflow later. */
const asked: unknown[] = [];
const both: Backend = {
  ...cpu(),
  precisions: ["float32", "mixed"],
  init: async (options) => {
    asked.push(options?.precision);
    return cpu().init();
  },
};

/** A loss that is as large at some steps as only an overflow in its gradient shows. */
const overflowing = (...steps: readonly number[]): Loss => ({
  ...crossEntropy(),
  compute: (input) => {
    const output = crossEntropy().compute(input);
    return { ...output, loss: tf.mul<tf.Scalar>(output.loss, steps.includes(input.step) ? 1e36 : 1) };
  },
});

const config: Config = {
  backend: both,
  precision: "mixed",
  data: fromArrays({ images, labels: images.map((_, i) => i % 3), classes: ["a", "b", "c"] }),
  views: [
    { name: "same", options: {}, output: (input) => input, sample: () => ({ output: shape, steps: [] }) },
  ],
  encoder: tinyEncoder(),
  loss: crossEntropy(),
  optimizer: sgd({ learningRate: 0.1, momentum: 0.9 }),
  epochs: 3,
  batchSize: 4,
  seed: 2,
};

const scalesOf = ({ history }: Run) => history.map(({ lossScale }) => lossScale / 2 ** 16);

async function stateOf({ state }: Pick<Run, "state">): Promise<Record<string, number[]>> {
  const { lossScale } = state;
  const tensors = { ...state.weights, ...state.optimizer, ...(lossScale && { ...lossScale }) };
  return Object.fromEntries(Object.entries(tensors).map(([name, tensor]) => [name, [...tensor.dataSync()]]));
}

async function finished(changes: Partial<Config>, options?: TrainOptions) {
  const run = await train({ ...config, ...changes }, options);
  const outcome = { scales: scalesOf(run), state: await stateOf(run), record: run.record };
  run.dispose();
  return outcome;
}

describe("mixed precision", () => {
  test.each([
    { optimizer: sgd({ learningRate: 0.1, momentum: 0.9, weightDecay: 0.01 }), chunkSize: 4 },
    { optimizer: adam({ learningRate: 0.1 }), chunkSize: 3 },
    { optimizer: chain([clipByGlobalNorm(), sgd()]), chunkSize: 4 },
  ])("where nothing is rounded, its scale changes no bit: chunks of $chunkSize", async (changes) => {
    const before = tf.memory().numTensors;
    const [mixed, plain] = [await finished(changes), await finished({ ...changes, precision: "float32" })];
    const { scale, goodSteps, ...moved } = mixed.state;
    expect(moved).toEqual(plain.state);
    expect([scale, goodSteps]).toEqual([[2 ** 16], [9]]);
    expect(mixed.record.config).toMatchObject({ precision: "mixed" });
    expect(plain.record.config).toMatchObject({ precision: "float32" });
    expect(tf.memory().numTensors).toBe(before);
  });

  test.each([
    sgd({ learningRate: 0.1, momentum: 0.9 }),
    // A chain's updates take no condition.
    chain([clipByGlobalNorm(), sgd({ learningRate: 0.1, momentum: 0.9 })]),
  ])(
    "a step whose gradient overflows halves the scale and changes neither weights nor optimizer: $name",
    async (optimizer) => {
      const changes = { loss: overflowing(1, 8), optimizer };
      const before = tf.memory().numTensors;
      // The last one: what the run ends with is what the step before left.
      const left = await finished(changes);
      expect(left.scales).toEqual([1, 1, 0.5, 0.5, 0.5, 0.5, 0.5, 0.5, 0.5]);
      expect(left.state.scale).toEqual([2 ** 14]);
      expect(left.state.goodSteps).toEqual([0]);
      const storage = memoryStorage();
      const stop = new AbortController();
      // A row is known when the next step is done.
      const onEvent: TrainOptions["onEvent"] = (event) =>
        void (event.type === "step" && event.row.step === 6 && stop.abort());
      const options = { storage, signal: stop.signal, onEvent };
      await expect(train({ ...config, ...changes }, options)).rejects.toThrow(/after 8 of 9 steps/);
      const stored = (await readCheckpoint(storage))!;
      expect(await stateOf({ state: stored })).toEqual({ ...left.state, scale: [2 ** 15], goodSteps: [6] });
      disposeState(stored);
      expect(tf.memory().numTensors).toBe(before);
    },
  );

  test("a run goes on from its scale to the same bits", async () => {
    const loss = overflowing(0, 1, 5);
    const whole = await finished({ loss });
    const storage = memoryStorage();
    const stop = new AbortController();
    const onEvent: TrainOptions["onEvent"] = ({ type }) => void (type === "epoch" && stop.abort());
    await expect(train({ ...config, loss }, { storage, signal: stop.signal, onEvent })).rejects.toThrow(
      /stopped/,
    );
    expect(await finished({ loss }, { storage, resume: true })).toMatchObject({
      scales: whole.scales,
      state: whole.state,
    });
  });

  test("the backend is told, and is in float32 again when training is over, or could not begin", async () => {
    asked.length = 0;
    await finished({ epochs: 1 });
    const unlabelled = fromArrays({ images });
    await expect(train({ ...config, data: unlabelled })).rejects.toThrow(/needs labels/);
    expect(asked).toEqual(["mixed", undefined, "mixed", undefined]);
  });

  test("a gradient that is finite at no scale is an error", async () => {
    const loss: Loss = {
      ...crossEntropy(),
      compute: (input) => {
        const output = crossEntropy().compute(input);
        const nothing = tf.sum(tf.sqrt(tf.mul(input.embeddings.representation!, 0)));
        return { ...output, loss: tf.add<tf.Scalar>(output.loss, nothing) };
      },
    };
    await expect(train({ ...config, loss, epochs: 20 })).rejects.toThrow(
      /the gradient at step 40 \(epoch 13\) must be of finite numbers.*try precision: "float32"/,
    );
  });

  test.each<[string, Backend | undefined, RegExp]>([
    [
      "a backend without it",
      cpu(),
      /backend "cpu": computes in precision "float32" only, got "mixed"\. Use .*webgpu/,
    ],
    ["no backend", undefined, /config: precision "mixed" needs a backend in the config\. Use .*webgpu/],
  ])("is refused with %s, before the data is opened", async (_, backend, message) => {
    let opened = false;
    const data = { ...config.data, open: () => ((opened = true), config.data.open("train")) };
    const { backend: __, ...rest } = config;
    await expect(train({ ...rest, data, ...(backend && { backend }) })).rejects.toThrow(message);
    expect(opened).toBe(false);
  });

  test("is one of two words", async () => {
    await expect(train({ ...config, precision: "half" as never })).rejects.toThrow(
      /config: precision must be .*float32.*mixed.*got "half"/,
    );
  });
});
