import * as tf from "@tensorflow/tfjs-core";
import { beforeAll, describe, test } from "vitest";
// By path: packages/testing depends on this package, and a package can't name what depends on it.
import { cpu, expectClose, expectNoLeak, finiteDifference } from "../../testing/src/index.js";
import { gelu } from "./gelu.js";

beforeAll(async () => void (await cpu().init()));

const x = Float32Array.from({ length: 121 }, (_, i) => (i - 60) / 8);

const density = (t: number) => Math.exp(-t * t * 0.5) / Math.sqrt(2 * Math.PI);

/** Φ by Simpson's rule from 0. */
function distribution(x: number): number {
  const steps = 2000;
  let sum = density(0) + density(x);
  for (let i = 1; i < steps; i++) sum += (i % 2 === 0 ? 2 : 4) * density((x * i) / steps);
  return 0.5 + (sum * x) / (3 * steps);
}

const functions = {
  erf: (x: number) => x * distribution(x),
  tanh: (x: number) => 0.5 * x * (1 + Math.tanh(Math.sqrt(2 / Math.PI) * (x + 0.044715 * x ** 3))),
};

describe.each(["erf", "tanh"] as const)("gelu by %s", (form) => {
  test("equals float64", () => {
    tf.tidy(() => expectClose(gelu(tf.tensor1d(x), { form }).dataSync(), x.map(functions[form])));
  });

  test("has the gradient of finite differences", async () => {
    const dy = x.map((_, i) => Math.sin(i));
    const expected = finiteDifference(
      (at) => at.reduce((sum, value, i) => sum + dy[i] * functions[form](value), 0),
      x,
    );
    await expectNoLeak(() =>
      tf.tidy(() => {
        const gradient = tf.grad((x: tf.Tensor) => gelu(x, { form }))(tf.tensor1d(x), tf.tensor1d(dy));
        expectClose(gradient.dataSync(), expected);
      }),
    );
  });
});
