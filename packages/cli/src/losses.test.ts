import * as tf from "@tensorflow/tfjs";
import { randomFlip, randomResizedCrop } from "@contrastive/augment";
import { wasm } from "@contrastive/backend-wasm";
import type { Config, Loss } from "@contrastive/core";
import { synthetic } from "@contrastive/data-synthetic";
import { projectionHead } from "@contrastive/encoder-resnet";
import { adam } from "@contrastive/optimize";
import { tinyEncoder } from "@contrastive/testing";
import { train } from "@contrastive/train";
import { describe, expect, test } from "vitest";
import { names } from "./names.generated.js";

const packages = new URL("../../", import.meta.url).pathname;
const view = randomResizedCrop({ size: 16, scale: [0.5, 1] });

const config: Omit<Config, "loss"> = {
  backend: wasm(),
  data: synthetic({ classes: 4, size: 16, train: 64, test: 4 }),
  views: [view, randomFlip({ probability: 1 })],
  encoder: tinyEncoder({ dim: 16 }),
  head: projectionHead({ hidden: 16, out: 8, batchNorm: true }),
  optimizer: adam({ learningRate: 0.01 }),
  epochs: 12,
  batchSize: 32,
  seed: 1,
};

/** With its own defaults, from the sources. */
async function lossOf(reference: string): Promise<Loss> {
  const [name, exported] = reference.split("#");
  const module = (await import(`${packages}${name.split("/")[1]}/src/index.ts`)) as Record<
    string,
    () => Loss
  >;
  return module[exported]();
}

/**
 * Losses that need not fall, as those with a momentum encoder and a queue that fills need not: the margin of two grows,
 * and the third is a mean over the triplets that are still wrong.
 */
const moving = new Set(["large-margin-softmax", "sphere-face", "triplet"]);

// A sum of nothing is not a loss.
const { sum: _, ...losses } = names.loss;

describe.each(Object.entries(losses))("%s", (name, reference) => {
  test.each([undefined, 8])("trains by its defaults, with chunks of %s", async (chunkSize) => {
    const loss = await lossOf(reference);
    await config.backend!.init();
    const before = tf.memory().numTensors;
    const run = await train({ ...config, loss, ...(chunkSize && { chunkSize }) });
    const values = run.history.map((row) => row.loss);
    expect(values.every(Number.isFinite), String(values)).toBe(true);
    if (!loss.needs.targets && !moving.has(name))
      expect(mean(values.slice(-6))).toBeLessThan(mean(values.slice(0, 6)));
    expect(await moved(run)).toBe(true);
    run.dispose();
    expect(tf.memory().numTensors).toBe(before);
  });
});

/** Whether training changed the encoder's first weight. */
async function moved({ weights, untrained }: Awaited<ReturnType<typeof train>>): Promise<boolean> {
  const [now, then] = [await weights(), await untrained.weights()];
  const [a, b] = [now, then].map((state) => Object.values(state.weights)[0].dataSync());
  for (const state of [now, then]) tf.dispose([{ ...state.weights }, { ...state.buffers }]);
  return a.some((value, i) => value !== b[i]);
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
