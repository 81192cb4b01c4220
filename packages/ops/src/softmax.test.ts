import * as tf from "@tensorflow/tfjs-core";
import { beforeAll, describe, test } from "vitest";
// By path: packages/testing depends on this package, and a package can't name what depends on it.
import { cpu, expectClose, expectNoLeak, finiteDifference, seededValues } from "../../testing/src/index.js";
import { logSoftmax } from "./softmax.js";

beforeAll(async () => void (await cpu().init()));

const ops = {
  softmax: { op: (x: tf.Tensor) => tf.softmax(x), of: (log: number) => Math.exp(log) },
  logSoftmax: { op: (x: tf.Tensor) => logSoftmax(x), of: (log: number) => log },
};

describe.each(["softmax", "logSoftmax"] as const)("%s", (name) => {
  const { op, of } = ops[name];

  test.each([[5, 7], [2, 3, 4], [6, 1], [9]])("of [%s, %s, %s], and its gradient", async (...shape) => {
    const size = shape.reduce((a, b) => a * b);
    // Large enough to overflow without a shift.
    const x = seededValues("x", size).map((u) => 1000 + 5 * u);
    const dy = seededValues("dy", size);
    const naive = (x: ArrayLike<number>) => logarithms(x, shape[shape.length - 1]).map(of);
    await expectNoLeak(() =>
      tf.tidy(() => {
        expectClose(op(tf.tensor(x, shape)).dataSync(), naive(x));
        const gradient = tf.grad(op)(tf.tensor(x, shape), tf.tensor(dy, shape));
        const expected = finiteDifference(
          (at) => naive(at).reduce((sum, value, i) => sum + dy[i] * value, 0),
          x,
        );
        expectClose(gradient.dataSync(), expected);
      }),
    );
  });
});

/** x − log Σ e^x, by row of `n`. */
function logarithms(x: ArrayLike<number>, n: number): Float64Array {
  return Float64Array.from(x, (value, i) => {
    const row = Array.from({ length: n }, (_, j) => x[i - (i % n) + j]);
    const largest = Math.max(...row);
    return value - largest - Math.log(row.reduce((sum, other) => sum + Math.exp(other - largest), 0));
  });
}
