import * as tf from "@tensorflow/tfjs";
import type { Config, Encoder, Loss, Params, RawImage, Schedule } from "@contrastive/core";
import { fromArrays } from "@contrastive/data";
import { crossEntropy } from "@contrastive/loss-cross-entropy";
import { sgd } from "@contrastive/optimize";
import { cpu, expectClose, tinyEncoder } from "@contrastive/testing";
import { describe, expect, test } from "vitest";
import { loadEncoder, memoryStorage, openRun, type Run, train, type TrainOptions } from "./index.js";

const shape = { height: 8, width: 8, channels: 3 };
const images: RawImage[] = Array.from({ length: 12 }, (_, i) => ({
  ...shape,
  data: Uint8Array.from({ length: 192 }, (_, j) => (i * 37 + j * j * 11) % 256),
}));
const labels = images.map((_, i) => i % 3);

/** With a buffer that counts the passes. */
function countingEncoder(): Encoder {
  const tiny = tinyEncoder();
  return {
    ...tiny,
    init: (rng, input) => ({ ...tiny.init(rng, input), buffers: { passes: tf.keep(tf.scalar(0)) } }),
    forward: (weights, input, context) => ({
      embeddings: tiny.forward(weights, input, { ...context, buffers: {} }).embeddings,
      buffers: context.training
        ? { passes: tf.tidy(() => tf.add(context.buffers.passes, 1)) }
        : context.buffers,
    }),
  };
}

/** Pulls views towards the momentum encoder's, and away from 0. */
const followTargets: Loss = {
  name: "follow-targets",
  options: {},
  needs: { labels: "none", views: 1, on: ["representation"], unitLength: true, targets: true },
  compute: ({ embeddings, targets }) =>
    tf.tidy(() => {
      const distance = tf.mean<tf.Scalar>(
        tf.squaredDifference(embeddings.representation!, targets!.representation!),
      );
      return {
        loss: tf.sub<tf.Scalar>(distance, tf.mean(tf.mul(embeddings.representation!, 0.3))),
        metrics: { distance, targetLength: tf.mean<tf.Scalar>(tf.norm(targets!.representation!, 2, -1)) },
      };
    }),
};

const config: Config = {
  backend: cpu(),
  data: fromArrays({ images, labels, classes: ["a", "b", "c"] }),
  views: [
    { name: "same", options: {}, output: (input) => input, sample: () => ({ output: shape, steps: [] }) },
  ],
  encoder: countingEncoder(),
  loss: followTargets,
  optimizer: sgd({ learningRate: 0.5, momentum: 0 }),
  epochs: 1,
  batchSize: 4,
  seed: 3,
};

const encoderWeights = (params: Params) => valuesOf(params, "encoder.");

function valuesOf(params: Params, prefix = ""): Record<string, number[]> {
  const own = Object.entries(params).filter(([name]) => name.startsWith(prefix));
  return Object.fromEntries(own.map(([name, tensor]) => [name, [...tensor.dataSync()]]));
}

describe.each([undefined, 2])("chunks of %s", (chunkSize) => {
  const chunked = chunkSize === undefined ? {} : { chunkSize };

  test("it is decay times itself and the rest of the weights, step after step", async () => {
    // One step an epoch: the same batch each time.
    const decay: Schedule = { name: "steps", options: {}, at: ({ step }) => [0.5, 0.25, 0.9][step] };
    const after: Record<"weights" | "momentum", Record<string, number[]>>[] = [];
    for (const epochs of [1, 2, 3]) {
      const run = await train({ ...config, ...chunked, limit: 4, epochs, momentumEncoder: { decay } });
      const { weights, momentum } = run.state;
      after.push({ weights: encoderWeights(weights), momentum: encoderWeights(momentum!.weights) });
      run.dispose();
    }
    const [one, two, three] = after;
    for (const [name, values] of Object.entries(three.momentum)) {
      const expected = values.map((_, i) => {
        const second = 0.25 * one.momentum[name][i] + 0.75 * two.weights[name][i];
        return 0.9 * second + 0.1 * three.weights[name][i];
      });
      expectClose(values, expected, { what: name, tolerance: 1e-6 });
    }
  });

  test("with a decay of 1 it stays as it was, with 0 it is the encoder", async () => {
    const still = await train({ ...config, ...chunked, momentumEncoder: { decay: 1 } });
    const { weights, buffers } = await still.untrained.weights();
    expect(encoderWeights(still.state.momentum!.weights)).toEqual(prefixed(valuesOf(weights)));
    expect(encoderWeights(still.state.weights)).not.toEqual(prefixed(valuesOf(weights)));
    tf.dispose([{ ...weights }, { ...buffers }]);
    still.dispose();
    const quick = await train({ ...config, ...chunked, momentumEncoder: { decay: 0 } });
    expect(encoderWeights(quick.state.momentum!.weights)).toEqual(encoderWeights(quick.state.weights));
    quick.dispose();
  });

  test("its embeddings are the loss's targets, of unit length where the loss needs that", async () => {
    const run = await train({ ...config, ...chunked, momentumEncoder: { decay: 1 } });
    expect(run.history[0].distance).toBe(0);
    expect(run.history.at(-1)!.distance).toBeGreaterThan(0);
    for (const { targetLength } of run.history) expect(targetLength).toBeCloseTo(1, 5);
    run.dispose();
  });

  test("its buffers advance by its own passes", async () => {
    const run = await train({ ...config, ...chunked, epochs: 2 });
    expect(passes(run.state.momentum!.buffers)).toBe(passes(run.state.buffers));
    expect(passes(run.state.buffers)).toBe(chunkSize === undefined ? 6 : 12);
    run.dispose();
  });

  test.each([1, 4])("stopped after step %i and resumed, it ends with the same bits", async (steps) => {
    const straight = await train({ ...config, ...chunked, epochs: 2 });
    const storage = memoryStorage();
    const stop = new AbortController();
    const onEvent: TrainOptions["onEvent"] = (event) => {
      if (event.type === "step" && event.row.step + 1 === steps) stop.abort();
    };
    const changed = { ...config, ...chunked, epochs: 2 };
    await expect(train(changed, { storage, onEvent, signal: stop.signal })).rejects.toThrow("stopped");
    const resumed = await train(changed, { storage, resume: true });
    expect(momentumOf(resumed)).toEqual(momentumOf(straight));
    expect(encoderWeights(resumed.state.weights)).toEqual(encoderWeights(straight.state.weights));
    straight.dispose();
    resumed.dispose();
  });

  test("leaves no tensor behind", async () => {
    await tf.setBackend("cpu");
    const before = tf.memory().numTensors;
    const run = await train({ ...config, ...chunked });
    run.dispose();
    expect(tf.memory().numTensors).toBe(before);
  });
});

test("a loss without targets may have one too, whose buffers then follow as the weights do", async () => {
  const loss = crossEntropy();
  const run = await train({ ...config, loss, momentumEncoder: { decay: 0.5 } });
  expect(run.state.momentum!.buffers["encoder.passes"].dataSync()[0]).toBe(
    0.5 * (0.5 * 0.5 + 0.5 * 2) + 0.5 * 3,
  );
  expect(Object.keys(run.state.momentum!.weights).some((name) => name.startsWith("loss."))).toBe(false);
  run.dispose();
  const plain = await train({ ...config, loss });
  expect(plain.state.momentum).toBeUndefined();
  expect(plain.momentum).toBeUndefined();
  plain.dispose();
});

test("a loss with targets gets one of a decay of 0.996, which the record says", async () => {
  const run = await train(config);
  expect(run.record.config).toMatchObject({ momentumEncoder: { decay: 0.996 } });
  run.dispose();
});

test("it is stored beside the weights, and embeds as the encoder does", async () => {
  const storage = memoryStorage();
  const run = await train({ ...config, momentumEncoder: { decay: 0.5 } }, { storage });
  const stored = await openRun(storage, {
    names: { encoder: { tiny: "tiny#tiny" } },
    import: async () => ({ tinyEncoder: () => countingEncoder() }),
  });
  expect(await embedded(stored.momentum!)).toEqual(await embedded(run.momentum!));
  expect(await embedded(run.momentum!)).not.toEqual(await embedded(run));
  run.dispose();
});

test.each([
  [{ decay: 1.5 }, "momentumEncoder.decay must be <= 1"],
  [{ deacy: 0.5 }, "deacy"],
])("%j is refused", async (momentumEncoder, message) => {
  await expect(train({ ...config, momentumEncoder: momentumEncoder as object })).rejects.toThrow(message);
});

function momentumOf(run: Run) {
  const { weights, buffers } = run.state.momentum!;
  return { weights: valuesOf(weights), buffers: valuesOf(buffers) };
}

function prefixed(values: Record<string, number[]>): Record<string, number[]> {
  return Object.fromEntries(Object.entries(values).map(([name, value]) => [`encoder.${name}`, value]));
}

function passes(params: Params): number {
  return params["encoder.passes"].dataSync()[0];
}

async function embedded(source: NonNullable<Run["momentum"]>): Promise<number[]> {
  const model = await loadEncoder(source);
  const result = await model.embed(images);
  const values = [...result.dataSync()];
  result.dispose();
  model.dispose();
  return values;
}
