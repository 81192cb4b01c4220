import { createRng, type ImageShape } from "@contrastive/core";
import { tinyEncoder } from "@contrastive/testing";
import { expect, test } from "vitest";
// By path: these stand above a backend, which can't name them.
import { randAugment, simAugment } from "../../augment/src/index.js";
import { fromArrays } from "../../data/src/index.js";
import { projectionHead } from "../../encoder-resnet/src/index.js";
import { supCon } from "../../loss-supcon/src/index.js";
import { sgd } from "../../optimize/src/index.js";
import { train } from "../../train/src/index.js";
import { nodeGpu } from "../src/index.js";
import { describeOnTensorflow } from "./on-tensorflow.js";

const shape: ImageShape = { height: 12, width: 12, channels: 3 };

async function lossesWith(viewThreads: number): Promise<readonly number[]> {
  const rng = createRng(3).fork("images");
  const images = Array.from({ length: 24 }, () => ({
    ...shape,
    data: Uint8Array.from({ length: 12 * 12 * 3 }, () => rng.below(256)),
  }));
  const run = await train({
    backend: nodeGpu({ device: "auto", viewThreads }),
    data: fromArrays({ images, labels: images.map((_, i) => i % 3), classes: ["a", "b", "c"] }),
    views: [simAugment(), randAugment()],
    encoder: tinyEncoder(),
    head: projectionHead({ hidden: 8, out: 4 }),
    loss: supCon(),
    optimizer: sgd({ learningRate: 0.01 }),
    epochs: 3,
    batchSize: 8,
  });
  run.dispose();
  return run.history.map(({ loss }) => loss);
}

describeOnTensorflow("views of a run", () => {
  test("are the same whether threads make them ahead or the step does", async () => {
    const inStep = await lossesWith(0);
    expect(inStep).toHaveLength(9);
    expect(new Set(inStep).size).toBe(9);
    for (const threads of [1, 3]) expect(await lossesWith(threads)).toEqual(inStep);
  });
});
