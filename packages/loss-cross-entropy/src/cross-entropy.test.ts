import { createRng } from "@contrastive/core";
import { cpu, expectClose, expectCloseScalar, finiteDifference, lossConformance } from "@contrastive/testing";
import * as tf from "@tensorflow/tfjs-core";
import { beforeAll, describe, expect, test } from "vitest";
import { crossEntropy, type CrossEntropyOptions, plugins } from "./index.js";

const cases: Record<string, CrossEntropyOptions> = {
  "cross-entropy": {},
  "cross-entropy, smoothed": { labelSmoothing: 0.1 },
  "cross-entropy of weighted classes": { classWeights: [0.2, 3, 0], labelSmoothing: 0.1 },
  "cross-entropy with soft labels": { labels: "soft", labelSmoothing: 0.1 },
  "cross-entropy on the projection": { on: "projection" },
};
for (const [name, options] of Object.entries(cases)) {
  lossConformance(name, () => crossEntropy(options), { factory: crossEntropy });
}

beforeAll(async () => {
  await cpu().init();
});

const [batch, views, dim, classes] = [4, 2, 3, 5];
const indices = [4, 0, 2, 2];
// The last of two classes.
const shares = [
  [0, 0.1, 0, 0, 0.9],
  [0.7, 0.3, 0, 0, 0],
  [0, 0, 1, 0, 0],
  [0, 0, 1, 1, 0],
];
const values = {
  representation: waves(batch * views * dim, 1.3),
  weight: waves(dim * classes, 2.9),
  bias: waves(classes, 0.7),
};

describe.each<CrossEntropyOptions>([
  {},
  { labelSmoothing: 0.1 },
  { labelSmoothing: 0.5 },
  { classWeights: [0.5, 1, 2, 0, 7], labelSmoothing: 0.2 },
  { labels: "soft" },
  { labels: "soft", classWeights: [0.5, 1, 2, 0, 7], labelSmoothing: 0.2 },
])("%j", (options) => {
  test("loss, accuracy and gradients equal float64 loops", () => {
    const expected = naive(values, options);
    const compute = (representation: tf.Tensor, weight: tf.Tensor, bias: tf.Tensor) =>
      crossEntropy(options).compute({
        embeddings: { representation: representation as tf.Tensor3D },
        labels: options.labels === "soft" ? tf.tensor2d(shares) : tf.tensor1d(indices, "int32"),
        weights: { weight, bias },
        buffers: {},
        step: 0,
        stepsPerEpoch: 1,
        totalSteps: 1,
      });
    tf.tidy(() => {
      const inputs: [tf.Tensor, tf.Tensor, tf.Tensor] = [
        tf.tensor(Float32Array.from(values.representation), [batch, views, dim]),
        tf.tensor(Float32Array.from(values.weight), [dim, classes]),
        tf.tensor(Float32Array.from(values.bias), [classes]),
      ];
      const { loss: value, metrics } = compute(...inputs);
      expectCloseScalar(value.dataSync()[0], expected.loss);
      expectCloseScalar(metrics!.accuracy.dataSync()[0], expected.accuracy);
      const gradients = tf.grads((...given: tf.Tensor[]) => compute(given[0], given[1], given[2]).loss)(
        inputs,
      );
      for (const [i, name] of (["representation", "weight", "bias"] as const).entries()) {
        const reference = finiteDifference(
          (x) => naive({ ...values, [name]: x }, options).loss,
          values[name],
        );
        expectClose(gradients[i].dataSync(), reference, { what: name });
      }
    });
  });
});

test("a batch whose classes all have the weight 0 has loss 0 and gradient 0, smoothed or not", () => {
  for (const labelSmoothing of [0, 0.1]) {
    tf.tidy(() => {
      const { value, grad } = tf.valueAndGrad(
        (weight: tf.Tensor) =>
          crossEntropy({ classWeights: [0, 1], labelSmoothing }).compute({
            embeddings: { representation: tf.tensor3d([1, 2], [1, 1, 2]) },
            labels: tf.tensor1d([0], "int32"),
            weights: { weight, bias: tf.zeros([2]) },
            buffers: {},
            step: 0,
            stepsPerEpoch: 1,
            totalSteps: 1,
          }).loss,
      )(tf.tensor2d([1, 2, 3, 4], [2, 2]));
      expect(value.dataSync()[0]).toBeCloseTo(0, 12);
      expect([...grad.dataSync()].every((v) => v === 0)).toBe(true);
    });
  }
});

test("logits that overflow an exponential give the right loss and a finite gradient", () => {
  tf.tidy(() => {
    const { value, grad } = tf.valueAndGrad(
      (weight: tf.Tensor) =>
        crossEntropy().compute({
          embeddings: { representation: tf.tensor3d([1, 0], [1, 1, 2]) },
          labels: tf.tensor1d([1], "int32"),
          weights: { weight, bias: tf.zeros([2]) },
          buffers: {},
          step: 0,
          stepsPerEpoch: 1,
          totalSteps: 1,
        }).loss,
    )(tf.tensor2d([1000, -1000, 0, 0], [2, 2]));
    expect(value.dataSync()[0]).toBe(2000);
    expect([...grad.dataSync()]).toEqual([1, -1, 0, 0]);
  });
});

describe("init", () => {
  test("draws weight and bias up to 1/√dim, from streams of their own", () => {
    const { weights } = crossEntropy().init!(createRng(1), { representation: 400 }, 10);
    for (const [name, shape] of Object.entries({ weight: [400, 10], bias: [10] })) {
      expect(weights![name].shape).toEqual(shape);
      expect(Math.max(...weights![name].dataSync().map(Math.abs))).toBeLessThanOrEqual(0.05);
    }
    const drawn = weights!.weight.dataSync<"float32">();
    const variance = drawn.reduce((sum, v) => sum + v * v, 0) / drawn.length;
    // Of a uniform distribution: a third of the bound's square; 4000 draws tell it to about 3 %.
    expect(variance / (0.05 ** 2 / 3)).toBeGreaterThan(0.9);
    expect(variance / (0.05 ** 2 / 3)).toBeLessThan(1.1);
    tf.dispose({ ...weights });
  });

  test.each([0, 1])("refuses %d classes", (classes) => {
    expect(() => crossEntropy().init!(createRng(1), { representation: 4 }, classes)).toThrow(
      `loss "cross-entropy": a classifier needs two classes or more, got ${classes}`,
    );
  });
});

test("the options by default", () => {
  expect(plugins.loss["cross-entropy"]().options).toEqual({
    labelSmoothing: 0,
    classWeights: "none",
    labels: "index",
    on: "representation",
  });
});

test.each([
  [{ labelSmoothing: 1 }, "labelSmoothing must be < 1, got 1"],
  [{ classWeights: [1, -1] }, "classWeights.1 must be 0, or between 1e-6 and 1e6, got -1"],
  [{ classWeights: [0, 0] }, "classWeights must be weights, at least one of them above 0"],
  [{ labels: "hard" }, 'labels must be "index" or "soft", got "hard"'],
])("%j is refused", (options, message) => {
  expect(() => crossEntropy(options as CrossEntropyOptions)).toThrow(message);
});

test("init refuses class weights of another number of classes", () => {
  const { init } = crossEntropy({ classWeights: [1, 2] });
  expect(() => init!(createRng(1), { representation: 4 }, 3)).toThrow(
    'loss "cross-entropy": classWeights must have 3 numbers, one a class, got [1,2]',
  );
});

test.each([
  ["embeddings.representation", { embeddings: {} }],
  ["embeddings.projection", {}, { on: "projection" }],
  ["labels", { labels: undefined }],
  ["the weights that init made: weight and bias", { weights: {} }],
] as const)("compute says that it needs %s", (what, without, options: CrossEntropyOptions = {}) => {
  tf.tidy(() => {
    const complete = {
      embeddings: { representation: tf.ones<tf.Rank.R3>([1, 1, 2]) },
      labels: tf.tensor1d([0], "int32"),
      weights: { weight: tf.ones([2, 2]), bias: tf.ones([2]) },
      buffers: {},
      step: 0,
      stepsPerEpoch: 1,
      totalSteps: 1,
    };
    expect(() => crossEntropy(options).compute({ ...complete, ...without })).toThrow(
      `loss "cross-entropy": compute needs ${what}`,
    );
  });
});

test.each<["index" | "soft", () => tf.Tensor1D | tf.Tensor2D, string]>([
  ["index", () => tf.tensor1d([0, 1], "int32"), "labels must have shape [1], got [2]"],
  ["soft", () => tf.tensor1d([0], "int32"), "labels must have shape [1,2], got [1]"],
  ["soft", () => tf.ones<tf.Rank.R2>([1, 3]), "labels must have shape [1,2], got [1,3]"],
])("%s labels of another shape are refused", (kind, labels, message) => {
  const compute = () =>
    tf.tidy(() => {
      crossEntropy({ labels: kind }).compute({
        embeddings: { representation: tf.ones<tf.Rank.R3>([1, 1, 2]) },
        labels: labels(),
        weights: { weight: tf.ones([2, 2]), bias: tf.ones([2]) },
        buffers: {},
        step: 0,
        stepsPerEpoch: 1,
        totalSteps: 1,
      });
    });
  expect(compute).toThrow(`loss "cross-entropy": ${message}`);
});

function naive(
  { representation, weight, bias }: Record<keyof typeof values, Float64Array>,
  { labels = "index", labelSmoothing = 0, classWeights = "none" }: CrossEntropyOptions,
): { loss: number; accuracy: number } {
  const weightOf = (c: number) => (classWeights === "none" ? 1 : classWeights[c]);
  let [loss, total, right] = [0, 0, 0];
  for (let row = 0; row < batch * views; row++) {
    const logits = Array.from({ length: classes }, (_, c) => {
      let logit = bias[c];
      for (let k = 0; k < dim; k++) logit += representation[row * dim + k] * weight[k * classes + c];
      return logit;
    });
    const normaliser = Math.log(logits.reduce((sum, logit) => sum + Math.exp(logit), 0));
    const sample = Math.floor(row / views);
    const index = indices[sample];
    logits.forEach((logit, c) => {
      const share = labels === "soft" ? shares[sample][c] : Number(c === index);
      const target = (1 - labelSmoothing) * share + labelSmoothing / classes;
      loss -= weightOf(c) * target * (logit - normaliser);
    });
    total += labels === "soft" ? 1 : weightOf(index);
    // The class of the largest share is the index.
    if (logits.indexOf(Math.max(...logits)) === index) right++;
  }
  return { loss: loss / total, accuracy: right / (batch * views) };
}

function waves(length: number, frequency: number): Float64Array {
  return Float64Array.from({ length }, (_, i) => 1.5 * Math.sin(frequency * (i + 1) + i * i * 0.3));
}
