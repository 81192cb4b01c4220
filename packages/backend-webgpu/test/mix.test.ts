import type { Config, Encoder, Precision, RawImage } from "@contrastive/core";
import { cpu, expectClose, tinyEncoder } from "@contrastive/testing";
import { expect, test } from "vitest";
// By path: these stand above a backend, which can't name them.
import { cutMix, identity, mixUp, randomMix } from "../../augment/src/index.js";
import { fromArrays } from "../../data/src/index.js";
import { crossEntropy } from "../../loss-cross-entropy/src/index.js";
import { sgd } from "../../optimize/src/index.js";
import { train } from "../../train/src/index.js";
import { describeOnGpu, gpu } from "./gpu.js";

const images: RawImage[] = Array.from({ length: 12 }, (_, i) => ({
  height: 8,
  width: 8,
  channels: 3,
  data: Uint8Array.from({ length: 192 }, (_, j) => (i * 37 + j * j * 11) % 256),
}));

const [epochs, stepsPerEpoch] = [3, 3];

const config: Config = {
  data: fromArrays({ images, labels: images.map((_, i) => i % 3), classes: ["a", "b", "c"] }),
  views: [identity(), identity()],
  encoder: tinyEncoder(),
  loss: crossEntropy({ labels: "soft" }),
  optimizer: sgd({ learningRate: 0.1, momentum: 0.9 }),
  epochs,
  batchSize: 4,
  seed: 2,
};

/** An encoder that is called in each step, since it draws a random number, or only in those that are not replayed. */
function counting(replayed: boolean): { encoder: Encoder; calls: () => number } {
  const tiny = tinyEncoder();
  let calls = 0;
  const forward: Encoder["forward"] = (weights, input, context) => {
    calls++;
    if (!replayed) context.rng.uniform();
    return tiny.forward(weights, input, context);
  };
  return { encoder: { ...tiny, forward }, calls: () => calls };
}

async function losses(changes: Partial<Config>): Promise<{ losses: number[]; accuracies: number[] }> {
  const run = await train({ ...config, ...changes });
  run.dispose();
  return {
    losses: run.history.map(({ loss }) => loss),
    accuracies: run.history.map(({ accuracy }) => accuracy),
  };
}

const mix = randomMix({ mixes: [mixUp(), cutMix()], probability: 0.7 });

describeOnGpu("a run with mixed batches", () => {
  test("has steps of all kinds", () => {
    const kinds = Array.from({ length: epochs * stepsPerEpoch }, (_, step) => {
      const key = { seed: config.seed!, epoch: Math.floor(step / stepsPerEpoch), step: step % stepsPerEpoch };
      return mix.draw(key, images[0])?.op;
    });
    // In those that are replayed.
    expect(new Set(kinds.slice(2))).toEqual(new Set(["blend", "paste", undefined]));
  });

  test("is that of plain JavaScript", async () => {
    const expected = await losses({ backend: cpu(), mix });
    const actual = await losses({ backend: gpu(), mix });
    expectClose(actual.losses, expected.losses);
    expect(actual.accuracies).toEqual(expected.accuracies);
    // Mixing is seen in it.
    expect((await losses({ backend: gpu() })).losses).not.toEqual(actual.losses);
  });

  test.each<Precision>(["float32", "mixed"])("in %s is replayed to the same bits", async (precision) => {
    const [plain, replayed] = [counting(false), counting(true)];
    const settings = { backend: gpu(), mix, precision };
    const expected = await losses({ ...settings, encoder: plain.encoder });
    expect(await losses({ ...settings, encoder: replayed.encoder })).toEqual(expected);
    expect([plain.calls(), replayed.calls()]).toEqual([9, 2]);
  });
});
