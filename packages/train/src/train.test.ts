import { existsSync, mkdtempSync, readdirSync, readFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import * as tf from "@tensorflow/tfjs";
import {
  type Augmentation,
  type Config,
  type Dataset,
  decodeSafetensors,
  type Loss,
  type Monitor,
  type RawImage,
} from "@contrastive/core";
import { fromArrays } from "@contrastive/data";
import { crossEntropy } from "@contrastive/loss-cross-entropy";
import { simclr } from "@contrastive/loss-simclr";
import { sgd } from "@contrastive/optimize";
import { cpu, tinyEncoder } from "@contrastive/testing";
import { expect, test } from "vitest";
import { folderStorage } from "./folder-storage.js";
import {
  checkConfig,
  checkpointedWeights,
  loadEncoder,
  memoryStorage,
  openRun,
  type Run,
  type Storage,
  train,
  type TrainEvent,
  type TrainOptions,
} from "./index.js";

const size = 8;
const shape = { height: size, width: size, channels: 3 };

/** Three classes: the brightest channel. */
function makeImages(count: number): { images: RawImage[]; labels: Int32Array } {
  const labels = Int32Array.from({ length: count }, (_, i) => i % 3);
  const images = [...labels].map((label, i) => {
    const data = Uint8Array.from(
      { length: size * size * 3 },
      (_, j) => (j % 3 === label ? 160 : 60) + ((i * 7 + j * 13) % 50),
    );
    return { ...shape, data };
  });
  return { images, labels };
}

function makeData(count = 24, labelled = true): Dataset {
  const { images, labels } = makeImages(count);
  return fromArrays(labelled ? { images, labels, classes: ["red", "green", "blue"] } : { images });
}

/** Mirrors at random, and so makes views that differ. */
const mirror: Augmentation = {
  name: "mirror",
  options: {},
  output: (input) => input,
  sample: ({ epoch, index, view }, from) => ({
    output: from,
    steps: (epoch + index + view) % 2 === 0 ? [{ op: "flipHorizontal" }] : [],
  }),
};

const config: Config = {
  backend: cpu(),
  data: makeData(),
  views: [mirror, mirror],
  encoder: tinyEncoder(),
  loss: crossEntropy(),
  optimizer: sgd({ learningRate: 0.1, momentum: 0.9 }),
  epochs: 3,
  batchSize: 6,
  seed: 5,
};

async function weightsOf(run: Run): Promise<Record<string, number[]>> {
  return Object.fromEntries(Object.entries(run.state.weights).map(([name, w]) => [name, [...w.dataSync()]]));
}

async function fails(changes: Partial<Config>, options?: TrainOptions): Promise<string> {
  const error: unknown = await train({ ...config, ...changes }, options).then(
    (run) => run.dispose(),
    (reason: unknown) => reason,
  );
  expect(error).toMatchObject({ name: "ContrastiveError" });
  return (error as Error).message;
}

test("the loss falls, every step is recorded, and no tensor is left behind", async () => {
  await tf.setBackend("cpu");
  const before = tf.memory().numTensors;
  const events: TrainEvent[] = [];
  const run = await train({ ...config, epochs: 8 }, { onEvent: (event) => void events.push(event) });
  expect(run.history.map(({ step }) => step)).toEqual(Array.from({ length: 32 }, (_, i) => i));
  expect(run.history.at(-1)!.loss).toBeLessThan(0.7 * run.history[0].loss);
  expect(run.history[0]).toMatchObject({ epoch: 0, learningRate: 0.1 });
  expect(run.history[0].accuracy).toBeTypeOf("number");
  expect(events.map(({ type }) => type).filter((type) => type !== "step")).toEqual([
    "start",
    ...Array.from({ length: 8 }, () => "epoch"),
    "checkpoint",
    "end",
  ]);
  run.dispose();
  expect(tf.memory().numTensors).toBe(before);
});

/** The mean of the rows of labels that it gets, by class. */
const softLoss: Loss = {
  name: "soft",
  options: {},
  needs: { labels: "soft", views: 1, on: ["representation"], unitLength: false, targets: false },
  checkBatch: (labels) => {
    expect(labels).toBeInstanceOf(Float32Array);
  },
  compute: ({ embeddings, labels }) =>
    tf.tidy(() => {
      const [first, second] = tf.unstack(tf.mean(labels!, 0));
      return {
        loss: tf.mean<tf.Scalar>(tf.square(embeddings.representation!)),
        metrics: { first: first as tf.Scalar, second: second as tf.Scalar },
      };
    }),
};

test("a loss on soft labels gets the dataset's, or 1 for each sample's class", async () => {
  const { images, labels } = makeImages(6);
  const softLabels = images.map((_, i) => [i === 0 ? 0.5 : 1, 0.25]);
  const soft = { ...config, loss: softLoss, epochs: 1 };
  const rows = async (data: Dataset) => {
    const run = await train({ ...soft, data });
    run.dispose();
    return run.history[0];
  };
  expect(await rows(fromArrays({ images, softLabels }))).toMatchObject({
    first: Math.fround(5.5 / 6),
    second: 0.25,
  });
  const { first, second } = await rows(fromArrays({ images, labels, classes: ["a", "b", "c"] }));
  expect([first, second].map((v) => (v as number).toFixed(4))).toEqual(["0.3333", "0.3333"]);
});

test("step 100 has as many tensors alive as step 10", async () => {
  const alive: number[] = [];
  const onEvent = (event: TrainEvent) => {
    if (event.type === "step") alive.push(tf.memory().numTensors);
  };
  const run = await train({ ...config, epochs: 26, chunkSize: 4 }, { onEvent });
  expect(alive.length).toBeGreaterThan(100);
  expect(alive[100]).toBe(alive[10]);
  run.dispose();
});

test("the same seed gives the same bits, another seed others", async () => {
  const runs = [await train(config), await train(config), await train({ ...config, seed: 6 })];
  const [a, b, c] = await Promise.all(runs.map(weightsOf));
  expect(a).toEqual(b);
  expect(a).not.toEqual(c);
  for (const run of runs) run.dispose();
});

test.each([1, 5, 8])("stopped after step %i and resumed, a run ends with the same bits", async (steps) => {
  const straight = await train(config);
  const storage = memoryStorage();
  const stop = new AbortController();
  const onEvent = (event: TrainEvent) => {
    // The row of a step comes while the next one is under way.
    if (event.type === "step" && event.row.step === steps - 1) stop.abort();
  };
  await expect(train(config, { storage, signal: stop.signal, onEvent })).rejects.toThrow(
    /stopped after \d+ of 12 steps/,
  );
  await expect(train(config, { storage })).rejects.toThrow("there is an unfinished run here");
  const resumed = await train(config, { storage, resume: true });
  expect(await weightsOf(resumed)).toEqual(await weightsOf(straight));
  expect(resumed.history.map(({ step, loss }) => [step, loss])).toEqual(
    straight.history.map(({ step, loss }) => [step, loss]),
  );
  straight.dispose();
  resumed.dispose();
});

test("what is at the checkpoint can be had without a backend, while it is paused and when it is done", async () => {
  const storage = memoryStorage();
  expect(await checkpointedWeights(storage)).toBeUndefined();
  const pause = new AbortController();
  const onEvent = ({ type }: TrainEvent) => type === "epoch" && pause.abort();
  await fails({}, { storage, signal: pause.signal, onEvent: (event) => void onEvent(event) });
  const paused = await checkpointedWeights(storage);
  const run = await train(config, { storage, resume: true });
  const done = await checkpointedWeights(storage);
  expect(done).toEqual(await storage.read("weights.safetensors"));
  expect(Object.keys(decodeSafetensors(paused!, "paused").tensors)).toEqual(
    Object.keys(decodeSafetensors(done!, "done").tensors),
  );
  expect(paused).not.toEqual(done);
  run.dispose();
});

test("a listener may look at the encoder as it is", async () => {
  const { images } = makeImages(2);
  const seen: number[][] = [];
  const look = async (event: TrainEvent) => {
    if (event.type !== "start" && event.type !== "epoch") return;
    const encoder = await loadEncoder(event.encoder);
    const embeddings = await encoder.embed(images);
    seen.push([...(await embeddings.data())]);
    embeddings.dispose();
    encoder.dispose();
  };
  const run = await train(config, { onEvent: look });
  const before = tf.memory().numTensors;
  const [untrained, trained] = await Promise.all([run.untrained, run].map(loadEncoder));
  const embeddings = await Promise.all([untrained, trained].map(async (encoder) => encoder.embed(images)));
  expect(seen.length).toBe(1 + config.epochs);
  expect(seen[0]).toEqual([...(await embeddings[0].data())]);
  expect(seen.at(-1)).toEqual([...(await embeddings[1].data())]);
  expect(seen[0]).not.toEqual(seen[1]);
  tf.dispose(embeddings);
  untrained.dispose();
  trained.dispose();
  expect(tf.memory().numTensors).toBe(before);
  run.dispose();
});

test("a run is not resumed with another config", async () => {
  const storage = memoryStorage();
  const stop = new AbortController();
  const onEvent = (event: TrainEvent) => void (event.type === "step" && stop.abort());
  await train(config, { storage, signal: stop.signal, onEvent }).catch(() => undefined);
  const message = await fails({ batchSize: 4 }, { storage, resume: true });
  expect(message).toContain("config.batchSize was 6, got 4");
});

test("a finished run is not overwritten", async () => {
  const storage = memoryStorage();
  (await train({ ...config, epochs: 1 }, { storage })).dispose();
  expect(await fails({}, { storage })).toContain("there is a finished run here already");
});

const nan: Loss = {
  ...crossEntropy(),
  compute: (input) => ({ loss: tf.mul(crossEntropy().compute(input).loss, NaN) as tf.Scalar }),
};

test.each<[string, Partial<Config>, RegExp]>([
  [
    "a loss on the projection without a head",
    { loss: simclr() },
    /loss "simclr": works on the projection, and the config has no head.*projectionHead/,
  ],
  [
    "too few views",
    { loss: { ...simclr(), needs: { ...simclr().needs, on: ["representation"] } }, views: [mirror] },
    /loss "simclr": needs at least 2 views of a sample, got 1/,
  ],
  [
    "labels that are not there",
    { data: makeData(24, false) },
    /loss "cross-entropy": needs labels, and dataset ".*" has none/,
  ],
  [
    "class indices where there are soft labels",
    {
      data: fromArrays({ images: makeImages(6).images, softLabels: makeImages(6).images.map(() => [1, 0]) }),
    },
    /loss "cross-entropy": needs one class a sample, and dataset ".*" has soft labels/,
  ],
  [
    "soft labels of another number of classes than the dataset's",
    {
      loss: softLoss,
      data: {
        ...makeData(),
        open: async (split) => {
          const open = await makeData().open(split);
          return {
            ...open,
            read: async (...args) => ({ ...(await open.read(...args)), softLabels: Float32Array.of(1, 0) }),
          };
        },
      },
    },
    /dataset ".*": soft labels must have 3 numbers a sample, one a class, got 2/,
  ],
  ["a batch larger than the data", { batchSize: 25 }, /batchSize must be <= 24/],
  [
    "statistics of another number of channels",
    { normalize: { mean: [0, 0], std: [1, 1] } },
    /normalize.mean must have 1 value or one for each of 3 channels, got \[0,0\]/,
  ],
  [
    "a loss that is NaN",
    { loss: nan },
    /the loss at step 0 \(epoch 0\) must be a finite number, got NaN.*lower the learning rate/,
  ],
  ["a limit larger than the data", { limit: 1000 }, /limit/],
])("%s is refused, and nothing is left", async (_, changes, message) => {
  await tf.setBackend("cpu");
  const before = tf.memory().numTensors;
  const folder = join(mkdtempSync(join(tmpdir(), "train-")), "run");
  expect(await fails(changes, { storage: folderStorage(folder) })).toMatch(message);
  expect(existsSync(folder)).toBe(false);
  expect(existsSync(`${folder}.partial`)).toBe(false);
  expect(tf.memory().numTensors).toBe(before);
});

test("a config is checked without a backend and without data", () => {
  const untouched: Config = {
    ...config,
    backend: { ...cpu(), init: () => expect.fail("the backend was started") },
    data: { ...config.data, open: () => expect.fail("data was opened") },
  };
  checkConfig(untouched);
  expect(() => checkConfig({ ...untouched, loss: simclr() })).toThrow(/"simclr": .*the config has no head/);
  const misspelt = { ...untouched, epochs: undefined, epoch: 3 };
  expect(() => checkConfig(misspelt as never)).toThrow(/no option "epoch"\. Did you mean "epochs"/);
});

test("a backend that is not available says why and what to do", async () => {
  const backend = { ...cpu(), isAvailable: () => ({ ok: false, why: "no card", fix: "Buy one" }) as const };
  expect(await fails({ backend })).toBe('backend "cpu": is not available: no card. Buy one');
});

test("a monitor sees every step, changes nothing, and its state is kept", async () => {
  const counter: Monitor = {
    name: "counter",
    options: {},
    needs: { labels: "index" },
    init: () => ({ count: tf.keep(tf.scalar(0)) }),
    step: ({ count }, { representation, labels }) => {
      const next = tf.keep(tf.add(count, labels!.shape[0] / representation.shape[0]));
      count.dispose();
      return { state: { count: next }, metrics: { count: tf.keep(tf.clone(next)) as tf.Scalar } };
    },
  };
  const plain = await train(config);
  const watched = await train({ ...config, monitors: [counter] });
  expect(watched.history.map((row) => row["counter.count"])).toEqual(
    watched.history.map(({ step }) => step + 1),
  );
  expect(watched.state.monitors[0].count.dataSync()[0]).toBe(12);
  expect(await weightsOf(watched)).toEqual(await weightsOf(plain));
  plain.dispose();
  watched.dispose();
});

test("limit trains on that many samples, and chunks run through", async () => {
  const run = await train({ ...config, limit: 12, chunkSize: 4, epochs: 1 });
  expect(run.history.length).toBe(2);
  expect(run.record.data.size).toBe(12);
  run.dispose();
});

test("a stored run embeds as the run in memory does, and not as the untrained encoder", async () => {
  const folder = join(mkdtempSync(join(tmpdir(), "train-")), "run");
  const storage: Storage = folderStorage(folder);
  const run = await train(config, { storage });
  expect(readdirSync(folder).sort()).toEqual([
    "checkpoint.safetensors",
    "config.json",
    "metrics.jsonl",
    "weights.safetensors",
  ]);
  expect(readFileSync(join(folder, "metrics.jsonl"), "utf8").trim().split("\n").length).toBe(12);
  const names = {};
  const stored = await openRun(folderStorage(folder), {
    names,
    import: () => import("@contrastive/testing"),
  });
  expect(stored.history).toEqual(JSON.parse(JSON.stringify(run.history)));
  expect(stored.record).toEqual(JSON.parse(JSON.stringify(run.record)));

  const { images } = makeImages(7);
  const values: number[][] = [];
  for (const source of [run, stored, run.untrained, stored.untrained]) {
    const encoder = await loadEncoder(source);
    const embeddings = await encoder.embed(images, { batchSize: 3 });
    expect(embeddings.shape).toEqual([7, 6]);
    values.push([...embeddings.dataSync()]);
    embeddings.dispose();
    encoder.dispose();
  }
  expect(values[1]).toEqual(values[0]);
  expect(values[2]).not.toEqual(values[0]);
  expect(values[3]).toEqual(values[2]);
  run.dispose();
});

test("images of another size are cut to the input's aspect and resized; tensors must have its shape", async () => {
  const run = await train({ ...config, epochs: 1 });
  const encoder = await loadEncoder(run);
  const wide = { height: 10, width: 24, channels: 3, data: new Uint8Array(720).fill(128) };
  const embeddings = await encoder.embed([wide]);
  expect(embeddings.shape).toEqual([1, 6]);
  await expect(encoder.embed(tf.zeros([1, 4, 4, 3]))).rejects.toThrow("[images, 8, 8, 3], got [1,4,4,3]");
  await expect(encoder.embed([{ ...wide, channels: 1, data: new Uint8Array(240) }])).rejects.toThrow(
    "images must have 3 channels",
  );
  encoder.dispose();
  run.dispose();
});

test("a damaged run folder says what is damaged", async () => {
  const storage = memoryStorage();
  (await train({ ...config, epochs: 1 }, { storage })).dispose();
  const loader = { names: {}, import: () => import("@contrastive/testing") };
  const weights = (await storage.read("weights.safetensors"))!;
  await storage.write("weights.safetensors", weights.subarray(0, weights.length - 5));
  await expect(loadEncoder(await openRun(storage, loader))).rejects.toThrow(
    /memory\/weights.safetensors: .*truncated/,
  );
  await storage.write("config.json", "{");
  await expect(openRun(storage, loader)).rejects.toThrow("run memory: config.json is not JSON");
  await expect(openRun(memoryStorage(), loader)).rejects.toThrow(
    "there is no config.json in it. Name the folder of a finished run",
  );
});

test("every step takes its own time, the last of an epoch too", async () => {
  const run = await train(config);
  const { history } = run;
  for (const [i, row] of history.entries()) {
    const before = i === 0 ? 0 : history[i - 1].seconds;
    expect(row.seconds).toBeGreaterThan(before);
    expect(row.imagesPerSecond * (row.seconds - before)).toBeCloseTo(12, 6);
  }
  expect(Object.keys(history[0]).slice(0, 4)).toEqual(["step", "epoch", "loss", "learningRate"]);
  run.dispose();
});
