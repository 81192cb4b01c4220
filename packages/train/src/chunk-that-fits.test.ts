import * as tf from "@tensorflow/tfjs";
import { identity } from "@contrastive/augment";
import { wasm } from "@contrastive/backend-wasm";
import type { Config } from "@contrastive/core";
import { synthetic } from "@contrastive/data-synthetic";
import { resnet8 } from "@contrastive/encoder-resnet";
import { crossEntropy } from "@contrastive/loss-cross-entropy";
import { sgd } from "@contrastive/optimize";
import { expect, test } from "vitest";
import { train } from "./index.js";

const config: Config = {
  backend: wasm({ heapLimit: 0.3 }),
  data: synthetic({ classes: 3, size: 32, train: 768, test: 3 }),
  views: [identity()],
  encoder: resnet8(),
  loss: crossEntropy(),
  optimizer: sgd({ learningRate: 0.1, momentum: 0.9 }),
  epochs: 1,
  batchSize: 768,
  seed: 1,
};

async function messageOf(promise: Promise<unknown>): Promise<string> {
  try {
    await promise;
  } catch (error) {
    return (error as Error).message;
  }
  return "";
}

// First, while the heap is new: one that has grown hands out places above a limit that came later.
test("where not even one fits, the error says so", async () => {
  const tight = {
    ...config,
    backend: wasm({ heapLimit: 0.04 }),
    data: synthetic({ classes: 2, size: 256, train: 2, test: 2 }),
    batchSize: 2,
  };
  expect(await messageOf(train(tight))).toMatch(/not even one fits: use smaller images/);
});

test("where memory ends, the error says which chunk fits; that one does, and twice as many do not", async () => {
  await config.backend!.init();
  const before = tf.memory().numTensors;
  const message = await messageOf(train(config));
  expect(tf.memory().numTensors, "nothing is left of the run that failed").toBe(before);
  expect(message).toMatch(/^backend "wasm": no room for a tensor of \d+ bytes in a heap of 0.3 GiB/);
  expect(message).toMatch(/768 samples went through the encoder at a time: "chunkSize": \d+ would fit/);
  const chunkSize = Number(/"chunkSize": (\d+)/.exec(message)![1]);

  const run = await train({ ...config, chunkSize });
  expect(run.history.length).toBe(1);
  run.dispose();
  expect(await messageOf(train({ ...config, chunkSize: 2 * chunkSize }))).toMatch(/no room for a tensor/);
  expect(tf.memory().numTensors, "nor of the run in chunks").toBe(before);
});
