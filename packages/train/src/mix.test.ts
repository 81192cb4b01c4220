import * as tf from "@tensorflow/tfjs";
import { cutMix, mixUp, randomMix } from "@contrastive/augment";
import {
  type Augmentation,
  type Config,
  type Loss,
  type Mix,
  type Monitor,
  type RawImage,
  sum,
} from "@contrastive/core";
import { fromArrays } from "@contrastive/data";
import { crossEntropy } from "@contrastive/loss-cross-entropy";
import { simclr } from "@contrastive/loss-simclr";
import { supCon } from "@contrastive/loss-supcon";
import { sgd } from "@contrastive/optimize";
import { cpu, expectClose, expectNoLeak, tinyEncoder } from "@contrastive/testing";
import { describe, expect, test } from "vitest";
// Of torchvision; the images of `ops` are compared with it, too.
import golden from "../../ops/fixtures/mixture.json" with { type: "json" };
import { memoryStorage, type Run, train, type TrainEvent } from "./index.js";
import { largerLabels, mixLabels } from "./mix-batch.js";

const shape = { height: 8, width: 6, channels: 3 };
const pixels = 8 * 6 * 3;
const [batchSize, classes] = [4, 3];
const images: RawImage[] = Array.from({ length: 12 }, (_, i) => ({
  ...shape,
  data: Uint8Array.from({ length: pixels }, (_, j) => (i * 37 + j * j * 11) % 256),
}));
const labels = images.map((_, i) => i % classes);

/** Mirrors some views, so that they differ. */
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
  data: fromArrays({ images, labels, classes: ["a", "b", "c"] }),
  views: [mirror, mirror],
  encoder: tinyEncoder(),
  loss: crossEntropy({ labels: "soft", labelSmoothing: 0.1 }),
  optimizer: sgd({ learningRate: 0.1, momentum: 0.9 }),
  epochs: 4,
  batchSize,
  seed: 5,
};
const mix = randomMix([mixUp(), cutMix()]);

interface Seen {
  readonly images: number[];
  readonly labels: number[];
  readonly monitored: number[];
}

/** What encoder, loss and monitor get in each step. */
async function seenBy(changes: Partial<Config>): Promise<Seen[]> {
  const parts = { images: [] as number[][], labels: [] as number[][], monitored: [] as number[][] };
  const encoder = tinyEncoder();
  const loss = { ...config.loss, ...changes.loss };
  const monitor: Monitor = {
    name: "look",
    options: {},
    needs: { labels: "index" },
    init: () => ({}),
    step: (state, { labels: given }) => {
      parts.monitored.push([...given!.dataSync()]);
      return { state, metrics: {} };
    },
  };
  const run = await train({
    ...config,
    ...changes,
    encoder: {
      ...encoder,
      forward: (weights, input, context) => {
        parts.images.push([...input.dataSync()]);
        return encoder.forward(weights, input, context);
      },
    },
    loss: {
      ...loss,
      compute: (input) => {
        parts.labels.push([...input.labels!.dataSync()]);
        return loss.compute(input);
      },
    },
    monitors: [monitor],
  });
  run.dispose();
  return parts.images.map((_, i) => ({
    images: parts.images[i],
    labels: parts.labels[i],
    monitored: parts.monitored[i],
  }));
}

const weightsOf = (run: Run) =>
  Object.fromEntries(Object.entries(run.state.weights).map(([name, w]) => [name, [...w.dataSync()]]));

describe("a step of a config with a mix", () => {
  test.each([
    ["MixUp", mixUp({ alpha: 0.7 })],
    ["CutMix", cutMix()],
    ["either", mix],
    ["a mix of some batches", randomMix({ mixes: [mixUp()], probability: 0.5 })],
  ])("gets images and labels mixed as the key of its batch says: %s", async (_, mix) => {
    const plain = await seenBy({});
    const mixed = await seenBy({ mix });
    expect(mixed.length).toBe(12);
    mixed.forEach((step, i) => {
      const mixture = mix.draw({ seed: 5, epoch: Math.floor(i / 3), step: i % 3 }, shape);
      if (mixture === undefined) return expect(step).toEqual(plain[i]);
      const { share } = mixture;
      const own = (y: number, x: number) => {
        if (mixture.op === "blend") return share;
        const { top, left, height, width } = mixture;
        return y >= top && y < top + height && x >= left && x < left + width ? 0 : 1;
      };
      const expected = plain[i].images.map((value, at) => {
        const [y, x] = [Math.floor((at % pixels) / 18), Math.floor((at % 18) / 3)];
        // A sample has two views.
        const partner = plain[i].images.at(at - 2 * pixels)!;
        return own(y, x) * value + (1 - own(y, x)) * partner;
      });
      expectClose(step.images, expected, { tolerance: 1e-6, what: "images" });
      expectClose(
        step.labels,
        plain[i].labels.map((value, at) => share * value + (1 - share) * plain[i].labels.at(at - classes)!),
        { tolerance: 1e-6, what: "labels" },
      );
      // Two views a sample.
      const larger =
        share >= 0.5 ? plain[i].monitored : plain[i].monitored.map((_, row, all) => all.at(row - 2));
      expect(step.monitored).toEqual(larger);
    });
  });

  test("in chunks has the same images", async () => {
    const whole = await seenBy({ mix });
    const inChunks = await seenBy({ mix, chunkSize: 2 });
    // Each chunk goes through the encoder twice, and the first step is the same in both.
    expect([...inChunks[0].images, ...inChunks[1].images]).toEqual(whole[0].images);
  });

  test("mixes soft labels of the data, too", async () => {
    const softLabels = labels.map((label, i) => [i % 2, 0.5, label === 2 ? 1 : 0]);
    const data = fromArrays({ images, labels, softLabels, classes: ["a", "b", "c"] });
    const [plain] = await seenBy({ data });
    const [mixed] = await seenBy({ data, mix: mixUp() });
    const { share } = mixUp().draw({ seed: 5, epoch: 0, step: 0 }, shape)!;
    expectClose(
      mixed.labels,
      plain.labels.map((value, at) => share * value + (1 - share) * plain.labels.at(at - classes)!),
    );
  });
});

test.each([...golden.mixUp.map((given) => ({ ...given, share: given.lambda })), ...golden.cutMix])(
  "labels are torchvision's: λ = $lambda, box $box",
  (given) => {
    const rows = new Float32Array(golden.samples * golden.classes);
    golden.labels.forEach((label, i) => (rows[i * golden.classes + label] = 1));
    // CutMix's is what its box leaves, as the first sample's own label has it.
    const share = "share" in given ? given.share : given.labels[2];
    const mixed = mixLabels(
      { values: rows, shape: [golden.samples, golden.classes], dtype: "float32" },
      { op: "blend", share },
    );
    expectClose(mixed.values, given.labels, { tolerance: 1e-7 });
  },
);

test("a monitor gets the label of the larger share, and a sample's own of equal ones", () => {
  const given = Int32Array.of(4, 5, 6);
  const of = (share: number) => [...largerLabels(given, { op: "blend", share })];
  expect([of(0.51), of(0.5), of(0.49)]).toEqual([
    [4, 5, 6],
    [4, 5, 6],
    [6, 4, 5],
  ]);
});

test("the same seed gives the same bits, another seed or another mix others", async () => {
  const configs = [{}, {}, { seed: 6 }, { mix: mixUp() }, { mix: undefined }];
  const [first, ...rest] = await Promise.all(
    configs.map(async (changes) => {
      const run = await train({ ...config, mix, ...changes });
      const weights = weightsOf(run);
      run.dispose();
      return weights;
    }),
  );
  expect(rest.map((weights) => JSON.stringify(weights) === JSON.stringify(first))).toEqual([
    true,
    false,
    false,
    false,
  ]);
});

test.each([1, 4, 5])("stopped after step %i and resumed, a run ends with the same bits", async (steps) => {
  const mixed = { ...config, mix };
  const straight = await train(mixed);
  const storage = memoryStorage();
  const stop = new AbortController();
  const onEvent = (event: TrainEvent) => {
    if (event.type === "step" && event.row.step === steps - 1) stop.abort();
  };
  await expect(train(mixed, { storage, signal: stop.signal, onEvent })).rejects.toThrow("stopped after");
  await expect(train(config, { storage, resume: true })).rejects.toThrow("config.mix was");
  const resumed = await train(mixed, { storage, resume: true });
  expect(weightsOf(resumed)).toEqual(weightsOf(straight));
  expect(resumed.history.map(({ loss, accuracy }) => [loss, accuracy])).toEqual(
    straight.history.map(({ loss, accuracy }) => [loss, accuracy]),
  );
  straight.dispose();
  resumed.dispose();
});

test("no tensor is left behind, and every step has as many alive", async () => {
  await cpu().init();
  await expectNoLeak(async () => {
    const alive: number[] = [];
    const onEvent = ({ type }: TrainEvent) => void (type === "step" && alive.push(tf.memory().numTensors));
    (await train({ ...config, mix, epochs: 8 }, { onEvent })).dispose();
    expect(new Set(alive.slice(1, -1)).size).toBe(1);
  });
});

test("a run's record has the mix", async () => {
  const run = await train({ ...config, mix, epochs: 1 });
  expect(run.record.config).toMatchObject({
    mix: {
      use: "@contrastive/augment#randomMix",
      mixes: [
        { use: "@contrastive/augment#mixUp", alpha: 1 },
        { use: "@contrastive/augment#cutMix", alpha: 1 },
      ],
      weights: "equal",
      probability: 1,
    },
  });
  run.dispose();
});

const small: Augmentation = {
  name: "small",
  options: {},
  output: ({ channels }) => ({ height: 4, width: 4, channels }),
  sample: (_, { channels }) => ({
    output: { height: 4, width: 4, channels },
    steps: [{ op: "resizedCrop", top: 0, left: 0, height: 4, width: 4, outHeight: 4, outWidth: 4 }],
  }),
};

describe("a mix is refused", () => {
  const onRepresentation = { on: "representation" } as const;

  test.each<[string, Loss]>([
    ["cross-entropy", crossEntropy()],
    ["supcon", supCon(onRepresentation)],
    ["supcon", supCon({ ...onRepresentation, labels: "soft" })],
    ["simclr", simclr(onRepresentation)],
    [
      "sum",
      sum([
        [1, crossEntropy({ labels: "soft" })],
        [1, simclr(onRepresentation)],
      ]),
    ],
  ])("with a loss that takes no mixed labels: %s", async (name, loss) => {
    expect(await refusal({ loss })).toBe(
      `loss "${name}": takes no mixed labels, and mix "random-mix" makes them. ` +
        'Use a loss on shares of classes, which is crossEntropy({ labels: "soft" }) of @contrastive/loss-cross-entropy or a sum ' +
        "of such, or leave mix out of the config",
    );
  });

  test("with views of several sizes", async () => {
    expect(await refusal({ views: [mirror, small] })).toBe(
      'mix "random-mix": needs views of one size, got ["8 × 6","4 × 4"]. ' +
        "Give all views the same output size, or leave mix out of the config",
    );
  });

  test.each<[unknown, string]>([
    [{ alpha: 1 }, 'config: mix must be a mix: a plugin object, { "use": "name", ...options }, or a name'],
    [1, "config: mix must be a mix"],
  ])("that is none: %j", async (given, message) => {
    expect(await refusal({ mix: given as Mix })).toContain(message);
  });
});

test("a sum of losses that take mixed labels takes them", async () => {
  const loss = sum([
    [1, crossEntropy({ labels: "soft" })],
    [0.5, crossEntropy({ labels: "soft", labelSmoothing: 0.2 })],
  ]);
  const run = await train({ ...config, mix, loss, epochs: 1 });
  expect(run.history).toHaveLength(3);
  run.dispose();
});

async function refusal(changes: Partial<Config>): Promise<unknown> {
  return train({ ...config, mix, ...changes }).then(
    (run) => run.dispose(),
    (error: unknown) => (error as Error).message,
  );
}
