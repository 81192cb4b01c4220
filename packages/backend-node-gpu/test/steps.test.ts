import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { createRng } from "@contrastive/core";
import { tinyEncoder } from "@contrastive/testing";
import * as tf from "@tensorflow/tfjs-core";
import { expect, test, vi } from "vitest";
// By path: these stand above a backend, which can't name them.
import { identity } from "../../augment/src/index.js";
import { fromArrays } from "../../data/src/index.js";
import { projectionHead } from "../../encoder-resnet/src/index.js";
import { supCon } from "../../loss-supcon/src/index.js";
import { sgd } from "../../optimize/src/index.js";
import { train, type TrainEvent } from "../../train/src/index.js";
import { describeOnTensorflow, tensorflow } from "./on-tensorflow.js";

const [batchSize, size] = [4, 8];

function run(steps: number, onStep: (step: number) => void) {
  const draw = createRng(1).fork("images");
  const data = Uint8Array.from({ length: size * size * 3 }, () => 256 * draw.uniform());
  const samples = Array.from({ length: steps * batchSize }, (_, i) => i);
  return train(
    {
      backend: tensorflow(),
      data: fromArrays({
        images: samples.map(() => ({ data, height: size, width: size, channels: 3 })),
        labels: samples.map((sample) => sample % 2),
        classes: ["a", "b"],
      }),
      views: [identity(), identity()],
      encoder: tinyEncoder(),
      head: projectionHead({ hidden: 8, out: 4, batchNorm: true }),
      loss: supCon(),
      optimizer: sgd({ learningRate: 0.01, momentum: 0.9 }),
      epochs: 1,
      batchSize,
    },
    {
      onEvent(event: TrainEvent) {
        if (event.type === "step") onStep(event.row.step + 1);
      },
    },
  );
}

describeOnTensorflow("a training run", () => {
  test(
    "1,000 steps leave as many tensors, and as much memory in use, as 100",
    { timeout: 300_000 },
    async () => {
      const at: Record<number, { tensors: number; resident: number }> = {};
      await run(1000, (step) => {
        if (step !== 100 && step !== 1000) return;
        collectGarbage();
        at[step] = { tensors: tf.memory().numTensors, resident: process.memoryUsage.rss() };
      });
      expect(at[1000].tensors).toBe(at[100].tensors);
      expect(Math.abs(at[1000].resident / at[100].resident - 1)).toBeLessThan(0.02);
    },
  );

  test("a step reads numbers back, and no tensor", async () => {
    await tensorflow().init();
    const readSync = vi.spyOn(tf.backend(), "readSync");
    const steps = 8;
    let bytes = 0;
    await run(steps, () => {
      const read = readSync.mock.results.map(({ value }) => (value as Float32Array).byteLength);
      bytes = read.reduce((sum, length) => sum + length, 0);
    });
    readSync.mockRestore();
    expect(bytes).toBeGreaterThan(0);
    expect(bytes).toBeLessThan(64 * steps);
  });
});

function collectGarbage(): void {
  setFlagsFromString("--expose-gc");
  const collect = runInNewContext("gc") as () => void;
  collect();
}
