import * as tf from "@tensorflow/tfjs-core";
import { beforeAll, expect, test } from "vitest";
// By path: packages/testing depends on this package, and a package can't name what depends on it.
import { cpu, expectNoLeak, seededValues } from "../../testing/src/index.js";
import { scaledSteps, unscaleInLoops } from "../../testing/src/loops/loss-scale.js";
import { initLossScale, lossScaling, unscaleGradients } from "./loss-scale.js";
import { valueAuxAndGrads } from "./value-aux-and-grads.js";

beforeAll(async () => void (await cpu().init()));

test.each(scaledSteps)("a step equals loops: %j", async ({ scale, goodSteps, spoil }) => {
  const gradients = { a: seededValues("a", 6), b: seededValues("b", 5), empty: new Float32Array() };
  if (spoil !== undefined) gradients.b[4] = spoil;
  const expected = unscaleInLoops({ gradients, scale, goodSteps }, 5);
  await expectNoLeak(() => {
    const actual = unscaleGradients(
      { a: tf.tensor2d(gradients.a, [2, 3]), b: tf.tensor1d(gradients.b), empty: tf.zeros([0, 2]) },
      { scale: tf.scalar(scale), goodSteps: tf.scalar(goodSteps) },
      { growthInterval: 5 },
    );
    for (const [name, values] of Object.entries(expected.gradients)) {
      expect(actual.gradients[name].dataSync()).toEqual(values);
    }
    expect(actual.finite.dataSync()[0]).toBe(Number(expected.finite));
    expect(actual.next.scale.dataSync()[0]).toBe(expected.scale);
    expect(actual.next.goodSteps.dataSync()[0]).toBe(expected.goodSteps);
    tf.dispose([actual.gradients, actual.finite, { ...actual.next }] as tf.TensorContainer);
  });
});

test("a step without gradients is a good one", () => {
  const { finite, next } = unscaleGradients({}, initLossScale());
  expect([finite, next.scale, next.goodSteps].map((tensor) => tensor.dataSync()[0])).toEqual([
    1,
    lossScaling.initial,
    1,
  ]);
  tf.dispose([finite, { ...next }]);
});

const f = ({ w }: Readonly<Record<string, tf.Tensor>>) => ({
  value: tf.sum<tf.Scalar>(tf.exp(tf.mul(w, w.square()))),
});

test("a scaled loss's gradient, divided by the scale, is the gradient", async () => {
  await expectNoLeak(() => {
    const [w, scale] = [tf.tensor1d([0.3, -2, 7]), tf.scalar(2 ** 16)];
    const plain = valueAuxAndGrads(f, { w });
    const scaled = valueAuxAndGrads(f, { w }, scale);
    // Inside of a gradient tfjs's own tape is used.
    const nested = tf.tidy(() => {
      let inner: tf.Tensor | undefined;
      tf.grad((x) => {
        const { value, grads } = valueAuxAndGrads(f, { w }, scale);
        value.dispose();
        inner = grads.w;
        return x.sum();
      })(w);
      return inner!;
    });
    expect(scaled.value.dataSync()).toEqual(plain.value.dataSync());
    for (const gradient of [scaled.grads.w, nested]) {
      expect(gradient.dataSync().map((value) => value / 2 ** 16)).toEqual(plain.grads.w.dataSync());
    }
    tf.dispose([w, scale, plain.value, plain.grads, scaled.value, scaled.grads, nested]);
  });
});
