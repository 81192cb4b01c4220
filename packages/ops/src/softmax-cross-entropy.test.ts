import * as tf from "@tensorflow/tfjs-core";
import { beforeAll, expect, test } from "vitest";
// By path: packages/testing depends on this package, and a package can't name what depends on it.
import { cpu, expectClose, expectNoLeak, finiteDifference, seededValues } from "../../testing/src/index.js";
import { softmaxCrossEntropy } from "./softmax-cross-entropy.js";

beforeAll(async () => void (await cpu().init()));

test.each([
  [5, 7],
  [1, 2],
  [4, 1],
] as const)("[%s, %s] equals loops, and so does its gradient", async (rows, classes) => {
  // Large enough to overflow without a shift.
  const logits = seededValues("logits", rows * classes).map((u) => 1000 + 5 * u);
  // Rows that don't add up to 1, one of them to nothing.
  const targets = seededValues("targets", rows * classes).map((u, i) => (i < classes ? 0 : Math.abs(u)));
  const dy = seededValues("dy", rows);
  const naive = (x: ArrayLike<number>) =>
    Array.from({ length: rows }, (_, row) => {
      const each = Array.from({ length: classes }, (_, c) => x[row * classes + c]);
      const largest = Math.max(...each);
      const logSum = largest + Math.log(each.reduce((sum, value) => sum + Math.exp(value - largest), 0));
      return each.reduce((sum, value, c) => sum + targets[row * classes + c] * (logSum - value), 0);
    });
  await expectNoLeak(() =>
    tf.tidy(() => {
      const shares = tf.tensor2d(targets, [rows, classes]);
      const of = (x: tf.Tensor) => softmaxCrossEntropy(x as tf.Tensor2D, shares);
      const x = tf.tensor2d(logits, [rows, classes]);
      expectClose(of(x).dataSync(), naive(logits));
      const gradient = tf.grad(of)(x, tf.tensor1d(dy));
      const expected = finiteDifference(
        (at) => naive(at).reduce((sum, loss, row) => sum + dy[row] * loss, 0),
        logits,
      );
      expectClose(gradient.dataSync(), expected);
    }),
  );
});

test("a classifier that is sure is right for nothing, and wrong for what its logits say", () => {
  const [right, wrong] = tf.tidy(() =>
    softmaxCrossEntropy(
      tf.tensor2d([
        [300, -300],
        [300, -300],
      ]),
      tf.tensor2d([
        [1, 0],
        [0, 1],
      ]),
    ).arraySync(),
  );
  expect([right, wrong]).toEqual([0, 600]);
});
