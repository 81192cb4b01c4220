import * as tf from "@tensorflow/tfjs-core";
import { beforeAll, describe, expect, test } from "vitest";
// By path: packages/testing and the backend depend on this package, and a package can't name what depends on it.
import { wasm } from "../../backend-wasm/src/index.js";
import { cpu, expectClose, expectNoLeak, finiteDifference } from "../../testing/src/index.js";
import { logSumExpProducts } from "./log-sum-exp-products.js";

const [dim, a, m] = [5, 4, 11];
const waves = (rows: number, frequency: number) => {
  const x = Float64Array.from({ length: rows * dim }, (_, i) => Math.sin(frequency * (i + 1) + i * i * 0.3));
  return x.map((v, i) => v / Math.hypot(...x.subarray(i - (i % dim), i - (i % dim) + dim)));
};
const [anchors, contrasts] = [waves(a, 1.3), waves(m, 2.9)];
const rows = (x: Float64Array) => tf.tensor2d(Float32Array.from(x), [x.length / dim, dim]);

describe.each([cpu(), wasm()])("$name", (backend) => {
  beforeAll(async () => void (await backend.init()));

  test.each([0.005, 0.07, 0.5, 10])(
    "values and gradients equal float64 loops, temperature %d",
    (temperature) => {
      const weights = Float64Array.from({ length: a }, (_, i) => Math.cos(i) + 0.2);
      const weighted = (anchors: Float64Array, contrasts: Float64Array) =>
        naive(anchors, contrasts, temperature).reduce((sum, v, i) => sum + v * weights[i], 0);
      tf.tidy(() => {
        const given = [rows(anchors), rows(contrasts)];
        const f = (anchors: tf.Tensor, contrasts: tf.Tensor) =>
          logSumExpProducts(anchors as tf.Tensor2D, contrasts as tf.Tensor2D, temperature);
        const [dAnchors, dContrasts] = tf.grads(f)(given, tf.tensor1d(Float32Array.from(weights)));
        expectClose(f(given[0], given[1]).dataSync(), naive(anchors, contrasts, temperature));
        // A softmax at temperature τ sees rounding errors of the products divided by τ.
        const tolerance = Math.max(1e-5, 1e-7 / temperature);
        const step = Math.min(1e-5, temperature / 1e3);
        expectClose(
          dAnchors.dataSync(),
          finiteDifference((x) => weighted(x, contrasts), anchors, step),
          { tolerance, what: "anchors" },
        );
        expectClose(
          dContrasts.dataSync(),
          finiteDifference((x) => weighted(anchors, x), contrasts, step),
          { tolerance, what: "contrasts" },
        );
      });
    },
  );

  test("contrasts that all point away, zero rows and a single contrast are exact", () => {
    tf.tidy(() => {
      const anchor = tf.tensor2d([[1, 0]]);
      const of = (contrasts: number[][]) =>
        logSumExpProducts(anchor, tf.tensor2d(contrasts), 0.005).dataSync()[0];
      expectClose(
        [
          of([
            [-1, 0],
            [-1, 0],
          ]),
        ],
        [Math.log(2) - 200],
      );
      expectClose([of([[1, 0]])], [200]);
      expectClose(
        [
          of([
            [0, 0],
            [0, 0],
            [0, 0],
          ]),
        ],
        [Math.log(3)],
      );
    });
  });

  test("leaves nothing behind but its result", async () => {
    await expectNoLeak(() => {
      const given = [rows(anchors), rows(contrasts)] as const;
      const result = logSumExpProducts(...given, 0.1);
      expect(result.shape).toEqual([a]);
      tf.dispose([...given, result]);
    });
  });
});

function naive(anchors: Float64Array, contrasts: Float64Array, temperature: number): Float64Array {
  return Float64Array.from({ length: a }, (_, i) => {
    const scores = Array.from({ length: m }, (_, j) => {
      let product = 0;
      for (let k = 0; k < dim; k++) product += anchors[i * dim + k] * contrasts[j * dim + k];
      return product / temperature;
    });
    const top = Math.max(...scores);
    return top + Math.log(scores.reduce((sum, score) => sum + Math.exp(score - top), 0));
  });
}
