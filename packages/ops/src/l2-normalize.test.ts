import * as tf from "@tensorflow/tfjs-core";
import { beforeAll, describe, expect, test } from "vitest";
// By path: packages/testing depends on this package, and a package can't name what depends on it.
import { cpu, expectClose, expectNoLeak, finiteDifference } from "../../testing/src/index.js";
import { l2Normalize } from "./l2-normalize.js";

beforeAll(async () => {
  await cpu().init();
});

const shape: [number, number] = [3, 5];
const rows = Float64Array.from({ length: 15 }, (_, i) => Math.sin(i * 1.7 + 0.3));
const direction = Float64Array.from({ length: 15 }, (_, i) => Math.cos(i * 2.3));

describe.each([1, 1e-30, 1e-37, 1e30, 2e38])("l2Normalize of rows of size %d", (size) => {
  test("has length 1 and the direction of its argument", () => {
    tf.tidy(() => {
      const y = l2Normalize(
        tf.tensor2d(
          Float32Array.from(rows, (v) => v * size),
          shape,
        ),
      ).dataSync();
      expectClose(y, naive(rows));
    });
  });

  test("has the gradient of finite differences", () => {
    // The gradient shrinks as the argument grows; the weights keep it within float32.
    const weights = Float32Array.from(direction, (v) => v * Math.min(1, size));
    const expected = finiteDifference((x) => dot(naive(x), direction), rows).map(
      (v) => v * Math.min(1, 1 / size),
    );
    tf.tidy(() => {
      const f = (x: tf.Tensor) => tf.sum(tf.mul(l2Normalize(x as tf.Tensor2D), tf.tensor2d(weights, shape)));
      const gradient = tf.grad(f)(
        tf.tensor2d(
          Float32Array.from(rows, (v) => v * size),
          shape,
        ),
      );
      // Beyond 1e30 the gradient itself is below the least normal float32.
      expectClose(gradient.dataSync(), expected, { tolerance: size > 1e30 ? 1e-4 : 1e-5 });
    });
  });
});

test("a zero row stays zero and has a zero gradient, and its neighbours don't notice", () => {
  tf.tidy(() => {
    const x = tf.tensor2d([0, 0, 3, 4, -0, 1e-42], [3, 2]);
    expectClose(l2Normalize(x as tf.Tensor2D).dataSync(), [0, 0, 0.6, 0.8, 0, 0]);
    const gradient = tf.grad((x: tf.Tensor) =>
      tf.sum(tf.mul(l2Normalize(x as tf.Tensor2D), tf.tensor1d([1, 0]))),
    )(x);
    expectClose(gradient.dataSync(), [0, 0, (1 - 0.36) / 5, -0.48 / 5, 0, 0]);
  });
});

test("what is not a number stays so", () => {
  tf.tidy(() => {
    expect([...l2Normalize(tf.tensor2d([Number.NaN, 1], [1, 2])).dataSync()]).toEqual([
      Number.NaN,
      Number.NaN,
    ]);
  });
});

test("leaks nothing", async () => {
  await expectNoLeak(() => {
    const x = tf.ones<tf.Rank.R2>([2, 3]);
    const gradient = tf.grad((x: tf.Tensor) => tf.sum(l2Normalize(x as tf.Tensor2D)))(x);
    const y = l2Normalize(x);
    tf.dispose([x, gradient, y]);
  });
});

function naive(x: Float64Array): Float64Array {
  const [, d] = shape;
  return x.map((v, i) => {
    const row = Math.floor(i / d) * d;
    return v / Math.hypot(...x.subarray(row, row + d));
  });
}

function dot(a: ArrayLike<number>, b: Float64Array): number {
  return b.reduce((sum, v, i) => sum + v * a[i], 0);
}
