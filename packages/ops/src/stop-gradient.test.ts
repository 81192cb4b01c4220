import * as tf from "@tensorflow/tfjs-core";
import { beforeAll, expect, test } from "vitest";
// By path: packages/testing depends on this package, and a package can't name what depends on it.
import { cpu, expectNoLeak } from "../../testing/src/index.js";
import { stopGradient } from "./stop-gradient.js";
import { valueAuxAndGrads } from "./value-aux-and-grads.js";

beforeAll(async () => {
  await cpu().init();
});

test("a product with it has the gradient of a product with a constant", () => {
  tf.tidy(() => {
    const x = tf.tensor1d([2, 3]);
    expect([...tf.grad(f)(x).dataSync()]).toEqual([4, 9]);
    const { grads } = valueAuxAndGrads(({ x }) => ({ value: f(x) as tf.Scalar }), { x });
    expect([...grads.x.dataSync()]).toEqual([4, 9]);
  });
});

function f(x: tf.Tensor): tf.Tensor {
  return tf.sum(tf.mul(x, stopGradient(tf.square(x))));
}

test("it outlives the tensor that it was made of, and leaks nothing", async () => {
  await expectNoLeak(() => {
    const x = tf.tensor1d([2, 3]);
    const constant = stopGradient(x);
    x.dispose();
    expect([...constant.dataSync()]).toEqual([2, 3]);
    constant.dispose();
  });
});
