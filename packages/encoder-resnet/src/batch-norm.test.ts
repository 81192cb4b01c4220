import * as tf from "@tensorflow/tfjs-core";
import { createRng } from "@contrastive/core";
import { cpu, expectClose } from "@contrastive/testing";
import { beforeAll, expect, test } from "vitest";
import { batchNorm, type Pass } from "./batch-norm.js";

beforeAll(async () => void (await cpu().init()));

const rows = [
  [1, 10],
  [2, 20],
  [6, 90],
];

function pass(training: boolean, momentum = 0.1): Pass {
  const buffers = { "n.running_mean": tf.tensor1d([1, 2]), "n.running_var": tf.tensor1d([3, 4]) };
  return {
    who: 'encoder "e"',
    weights: { "n.weight": tf.tensor1d([1, 2]), "n.bias": tf.tensor1d([0, 1]) },
    context: { training, buffers, rng: createRng(1) },
    momentum,
  };
}

test("running statistics move by the momentum towards the mean and the unbiased variance", () => {
  tf.tidy(() => {
    const { buffers } = batchNorm("n", tf.tensor2d(rows), { relu: false }, pass(true, 0.25));
    // The columns' means are 3 and 40, their unbiased variances 7 and 1900.
    expectClose(buffers["n.running_mean"].dataSync(), [0.75 * 1 + 0.25 * 3, 0.75 * 2 + 0.25 * 40]);
    expectClose(buffers["n.running_var"].dataSync(), [0.75 * 3 + 0.25 * 7, 0.75 * 4 + 0.25 * 1900]);
  });
});

test("evaluation normalises by the running statistics", () => {
  tf.tidy(() => {
    const { y, buffers } = batchNorm("n", tf.tensor2d(rows), { relu: false }, pass(false));
    const expected = rows.flatMap(([a, b]) => [
      (a - 1) / Math.sqrt(3 + 1e-5),
      ((b - 2) / Math.sqrt(4 + 1e-5)) * 2 + 1,
    ]);
    expectClose(y.dataSync(), expected);
    expect(buffers).toEqual({});
  });
});

test("a single value per channel has no variance to train with", () => {
  tf.tidy(() => {
    const one = tf.tensor4d([1, 2], [1, 1, 1, 2]);
    expect(() => batchNorm("n", one, { relu: false }, pass(true))).toThrow(
      /encoder "e": batch normalisation "n" must see more than one value per channel in training, got \[1,1,1,2\]/,
    );
    expect(batchNorm("n", one, { relu: true }, pass(false)).y.shape).toEqual([1, 1, 1, 2]);
  });
});
