import { createRng } from "@contrastive/core";
import { cpu, expectClose, expectCloseScalar, finiteDifference, lossConformance } from "@contrastive/testing";
import * as tf from "@tensorflow/tfjs-core";
import { beforeAll, describe, expect, test } from "vitest";
import { crossEntropy, plugins } from "./index.js";

lossConformance("cross-entropy", () => crossEntropy(), { factory: crossEntropy });
lossConformance("cross-entropy, smoothed", () => crossEntropy({ labelSmoothing: 0.1 }), {
  factory: crossEntropy,
});

beforeAll(async () => {
  await cpu().init();
});

const [batch, views, dim, classes] = [4, 2, 3, 5];
const labels = [4, 0, 2, 2];
const values = {
  representation: waves(batch * views * dim, 1.3),
  weight: waves(dim * classes, 2.9),
  bias: waves(classes, 0.7),
};

describe.each([0, 0.1, 0.5])("labelSmoothing %d", (labelSmoothing) => {
  test("loss, accuracy and gradients equal float64 loops", () => {
    const expected = naive(values, labelSmoothing);
    tf.tidy(() => {
      const loss = crossEntropy({ labelSmoothing });
      const compute = (representation: tf.Tensor, weight: tf.Tensor, bias: tf.Tensor) =>
        loss.compute({
          embeddings: { representation: representation as tf.Tensor3D },
          labels: tf.tensor1d(labels, "int32"),
          weights: { weight, bias },
          buffers: {},
          step: 0,
          stepsPerEpoch: 1,
          totalSteps: 1,
        });
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
          (x) => naive({ ...values, [name]: x }, labelSmoothing).loss,
          values[name],
        );
        expectClose(gradients[i].dataSync(), reference, { what: name });
      }
    });
  });
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

test("the options, by default and refused", () => {
  expect(plugins.loss["cross-entropy"]().options).toEqual({ labelSmoothing: 0 });
  expect(() => crossEntropy({ labelSmoothing: 1 })).toThrow("labelSmoothing must be < 1, got 1");
});

test.each([
  ["embeddings.representation", { embeddings: {} }],
  ["labels", { labels: undefined }],
  ["the weights that init made: weight and bias", { weights: {} }],
])("compute says that it needs %s", (what, without) => {
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
    expect(() => crossEntropy().compute({ ...complete, ...without })).toThrow(
      `loss "cross-entropy": compute needs ${what}`,
    );
  });
});

function naive(
  { representation, weight, bias }: Record<keyof typeof values, Float64Array>,
  labelSmoothing: number,
): { loss: number; accuracy: number } {
  let [loss, right] = [0, 0];
  for (let row = 0; row < batch * views; row++) {
    const logits = Array.from({ length: classes }, (_, c) => {
      let logit = bias[c];
      for (let k = 0; k < dim; k++) logit += representation[row * dim + k] * weight[k * classes + c];
      return logit;
    });
    const total = Math.log(logits.reduce((sum, logit) => sum + Math.exp(logit), 0));
    const label = labels[Math.floor(row / views)];
    logits.forEach((logit, c) => {
      const target = (c === label ? 1 - labelSmoothing : 0) + labelSmoothing / classes;
      loss -= target * (logit - total);
    });
    if (logits.indexOf(Math.max(...logits)) === label) right++;
  }
  return { loss: loss / (batch * views), accuracy: right / (batch * views) };
}

function waves(length: number, frequency: number): Float64Array {
  return Float64Array.from({ length }, (_, i) => 1.5 * Math.sin(frequency * (i + 1) + i * i * 0.3));
}
