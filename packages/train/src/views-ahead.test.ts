import { compose, cutMix, multiCrop, randomResizedCrop } from "@contrastive/augment";
import {
  type Backend,
  type Config,
  firstAvailable,
  type ImageProgramAttributes,
  type RawImage,
  type TensorAugmentation,
} from "@contrastive/core";
import { fromArrays } from "@contrastive/data";
import { crossEntropy } from "@contrastive/loss-cross-entropy";
import { runImagePrograms } from "@contrastive/ops";
import { sgd } from "@contrastive/optimize";
import { cpu, tinyEncoder } from "@contrastive/testing";
import * as tf from "@tensorflow/tfjs-core";
import { beforeEach, describe, expect, test } from "vitest";
import { memoryStorage, type Run, train, type TrainOptions } from "./index.js";

const shape = { height: 8, width: 6, channels: 3 };
const images: RawImage[] = Array.from({ length: 12 }, (_, i) => ({
  ...shape,
  data: Uint8Array.from({ length: 8 * 6 * 3 }, (_, j) => (i * 37 + j * j * 11) % 256),
}));

const crop = randomResizedCrop({ size: 6 });

/** Depends on its keys, so that values of other views would show. */
const tinted: TensorAugmentation = {
  name: "tinted",
  options: {},
  output: (input) => input,
  apply: (batch, keys) =>
    tf.mul(
      batch,
      tf.tensor4d(
        keys.map(({ index, view }) => 0.5 + index / 30 + view / 50),
        [keys.length, 1, 1, 1],
      ),
    ),
};

const config: Config = {
  data: fromArrays({ images, labels: images.map((_, i) => i % 3), classes: ["a", "b", "c"] }),
  views: [crop, crop],
  encoder: tinyEncoder(),
  loss: crossEntropy({ labels: "soft" }),
  optimizer: sgd({ learningRate: 0.1, momentum: 0.9 }),
  epochs: 3,
  batchSize: 4,
  seed: 5,
};

const maker = { asked: 0, open: 0, failAt: Infinity };

beforeEach(() => void Object.assign(maker, { asked: 0, open: 0, failAt: Infinity }));

/** A backend that has views made by the reference, later. */
function ahead(): Backend {
  return {
    ...cpu(),
    openViewMaker() {
      maker.open++;
      return {
        async make({ ...attributes }: ImageProgramAttributes) {
          if (maker.asked++ === maker.failAt) throw new Error("no view can be made");
          const { programs, output } = attributes;
          const values = new Float32Array(programs.length * output.height * output.width * output.channels);
          await new Promise((resolve) => setTimeout(resolve));
          runImagePrograms(attributes, values, programs.keys());
          return values;
        },
        close: async () => void maker.open--,
      };
    },
  };
}

async function results(changes: Partial<Config>, options?: TrainOptions) {
  const run = await train({ ...config, ...changes }, options);
  const all = await resultsOf(run);
  run.dispose();
  return all;
}

async function resultsOf({ history, state }: Run) {
  const weights = Object.entries(state.weights).map(async ([name, w]) => [name, await w.data()] as const);
  return { losses: history.map(({ loss }) => loss), weights: Object.fromEntries(await Promise.all(weights)) };
}

describe("views that are made ahead", () => {
  test.each<[string, Partial<Config>, number]>([
    ["of one size", {}, 1],
    ["of two sizes", { views: multiCrop({ size: 8, localSize: 5, locals: 2 }) }, 2],
    ["with a function of one's own after them", { views: [compose([crop, tinted]), crop] }, 2],
    ["that are mixed", { mix: cutMix() }, 1],
  ])("%s, give the bits of those that are made in the step", async (_, changes, groups) => {
    const expected = await results({ ...changes, backend: cpu() });
    expect(maker.asked).toBe(0);
    expect(await results({ ...changes, backend: firstAvailable([ahead()]) })).toEqual(expected);
    expect(maker).toMatchObject({ asked: 9 * groups, open: 0 });
  });

  test("go on where a run was stopped", async () => {
    const expected = await results({ backend: ahead() });
    const storage = memoryStorage();
    const controller = new AbortController();
    const onEvent: TrainOptions["onEvent"] = (event) => {
      if (event.type === "step" && event.row.step === 3) controller.abort();
    };
    const stopped = train({ ...config, backend: ahead() }, { storage, onEvent, signal: controller.signal });
    await expect(stopped).rejects.toThrow(/stopped after \d of 9 steps/);
    expect(maker.open).toBe(0);
    expect(await results({ backend: ahead() }, { storage, resume: true })).toEqual(expected);
    expect(maker.open).toBe(0);
  });

  test("fail at their own step, and everything is closed", async () => {
    maker.failAt = 5;
    const steps: number[] = [];
    const tensors = tf.memory().numTensors;
    const onEvent: TrainOptions["onEvent"] = (event) => {
      if (event.type === "step") steps.push(event.row.step);
    };
    await expect(train({ ...config, backend: ahead() }, { onEvent })).rejects.toThrow("no view can be made");
    // The numbers of a step are read while the next one is under way.
    expect(steps).toEqual([0, 1, 2, 3]);
    expect(maker.open).toBe(0);
    expect(tf.memory().numTensors).toBe(tensors);
  });
});
