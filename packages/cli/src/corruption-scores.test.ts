import * as library from "@contrastive/corruptions";
import { type Encoder, createRng, type Dataset } from "@contrastive/core";
import { limit } from "@contrastive/data";
import { synthetic } from "@contrastive/data-synthetic";
import { loadEncoder } from "@contrastive/train";
import { cpu, expectNoLeak, tinyEncoder } from "@contrastive/testing";
import { beforeAll, expect, test } from "vitest";
import {
  checkCorruptionOptions,
  type CorruptionOptions,
  corruptionScores,
  mean,
} from "./corruption-scores.js";
import { silent, type Terminal } from "./terminal.js";

const data = synthetic({ classes: 2, size: 16, train: 8, test: 12 });
const encoder: Encoder = tinyEncoder({ dim: 2 });
const source = {
  encoder,
  record: {
    input: { height: 16, width: 16, channels: 3 },
    normalize: { mean: [0.5], std: [0.25] },
  },
  weights: async () => encoder.init(createRng(3), { height: 16, width: 16, channels: 3 }),
};

/** By the difference of both features. */
const classify = (values: Float32Array) =>
  Int32Array.from({ length: values.length / 2 }, (_, i) => Number(values[2 * i] - values[2 * i + 1] > 0.02));

const scoresOf = (options: Omit<CorruptionOptions, "library"> = {}, terminal: Terminal = silent) =>
  corruptionScores(source, classify, { data, seed: 4 }, { library, ...options }, { terminal });

async function accuracyOn(dataset: Dataset, samples = 12): Promise<number> {
  const model = await loadEncoder(source);
  const open = limit(await dataset.open("test"), samples, 4);
  const { images, labels } = await open.read(Uint32Array.from({ length: samples }, (_, i) => i));
  const embeddings = await model.embed(images);
  const predictions = classify(await embeddings.data<"float32">());
  embeddings.dispose();
  model.dispose();
  return predictions.filter((prediction, i) => prediction === labels![i]).length / samples;
}

beforeAll(async () => void (await cpu().init()));

test("are of each corruption at each severity, and mCE is the mean error of the benchmark's fifteen", async () => {
  const said: string[] = [];
  const scores = await scoresOf({}, { ...silent, status: (line) => void said.push(line) });
  expect(scores).toMatchObject({ testSize: 12, seed: 4, clean: await accuracyOn(data) });
  const { commonCorruptions, extraCorruptions } = library;
  expect(Object.keys(scores.accuracies)).toEqual([...commonCorruptions, ...extraCorruptions]);
  for (const name of ["fog", "contrast", "saturate"] as const) {
    for (const severity of [1, 3, 5] as const) {
      const expected = await accuracyOn(library.corrupted({ data, name, severity, seed: 4 }));
      expect(scores.accuracies[name][severity - 1], `${name} ${severity}`).toBe(expected);
    }
  }
  const errors = commonCorruptions.flatMap((name) => scores.accuracies[name].map((accuracy) => 1 - accuracy));
  expect(errors).toHaveLength(75);
  expect(scores.meanError).toBeCloseTo(mean(errors), 12);
  // They do change something.
  expect(new Set(Object.values(scores.accuracies).flat()).size).toBeGreaterThan(2);
  expect(scores.relative).toBeUndefined();
  expect(said).toHaveLength(96);
  expect(said[0]).toMatch(/^evaluating: images as they are {2}12\/12 {2}pass 1\/96 {2}\d+:\d\d left$/);
  expect(said[95]).toMatch(/^evaluating: saturate, severity 5 {2}12\/12 {2}pass 96\/96 {2}0:00 left$/);
});

test("on some samples are on the same ones for all corruptions, and mCE by a baseline's is by its errors", async () => {
  await expectNoLeak(async () => {
    const scores = await scoresOf({ samples: 7 });
    expect(scores).toMatchObject({ testSize: 7, clean: await accuracyOn(data, 7) });
    const fog = library.corrupted({ data, name: "fog", severity: 4, seed: 4 });
    expect(scores.accuracies.fog[3]).toBe(await accuracyOn(fog, 7));
    const half = Object.fromEntries(
      Object.entries(scores.accuracies).map(([name, at]) => [name, at.map((accuracy) => (1 + accuracy) / 2)]),
    );
    const baseline = { name: "better", scores: { ...scores, accuracies: half } };
    const { relative } = await scoresOf({ samples: 7, baseline });
    expect(relative?.baseline).toBe("better");
    // It makes half of the errors.
    expect(relative?.mean).toBeCloseTo(2, 12);
    expect(relative?.corruptions.snow).toBeCloseTo(2, 12);
  });
});

test.each<[{ samples?: number; baseline?: number }, string]>([
  [{ samples: 13 }, "evaluation: samples must be <= 12, the test images, got 13"],
  [{ baseline: 1 }, 'the baseline makes no error under "gaussianNoise"'],
])("%j is refused before anything is evaluated", ({ samples, baseline }, message) => {
  const accuracies = Object.fromEntries(
    library.commonCorruptions.map((name) => [name, [1, 1, 1, 1, baseline ?? 0.5]]),
  );
  const scores = { testSize: 12, seed: 0, clean: 1, meanError: 0, accuracies };
  const check = (count: number | undefined) =>
    checkCorruptionOptions({ library, samples: count, baseline: { name: "given", scores } }, 12);
  expect(() => check(samples)).toThrow(message);
  if (baseline === undefined) check(12);
});
