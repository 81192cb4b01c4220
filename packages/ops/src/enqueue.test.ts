import * as tf from "@tensorflow/tfjs-core";
import { beforeAll, expect, test } from "vitest";
// By path: packages/testing depends on this package, and a package can't name what depends on it.
import { cpu } from "../../testing/src/index.js";
import { enqueue } from "./enqueue.js";

beforeAll(async () => {
  await cpu().init();
});

test.each([
  [[7], [7, 1, 2]],
  [
    [7, 8, 9],
    [7, 8, 9],
  ],
  [
    [7, 8, 9, 10],
    [7, 8, 9],
  ],
])("%j goes in front of 1, 2, 3", (rows, expected) => {
  tf.tidy(() => {
    const labels = enqueue(tf.tensor1d([1, 2, 3], "int32"), tf.tensor1d(rows, "int32"));
    expect([labels.dtype, ...labels.dataSync()]).toEqual(["int32", ...expected]);
    expect(enqueue(pairs([1, 2, 3]), pairs(rows)).arraySync()).toEqual(expected.map((v) => [v, -v]));
  });
});

function pairs(x: number[]): tf.Tensor2D {
  return tf.tensor2d(
    x.map((v) => [v, -v]),
    [x.length, 2],
  );
}
