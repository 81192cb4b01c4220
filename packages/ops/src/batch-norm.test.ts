import * as tf from "@tensorflow/tfjs-core";
import { beforeAll, describe, expect, test } from "vitest";
// By path: packages/testing depends on this package, and a package can't name what depends on it.
import { cpu, expectClose, expectNoLeak, finiteDifference } from "../../testing/src/index.js";
import { batchNormInference, batchNormTraining } from "./batch-norm.js";

beforeAll(async () => {
  await cpu().init();
});

const epsilon = 1e-5;

const cases = [false, true].flatMap((relu) =>
  [false, true].flatMap((residual) =>
    [
      [6, 3],
      [2, 3, 5, 4],
      [1, 13, 1, 2],
    ].map((shape) => ({ shape, relu, residual })),
  ),
);

describe.each(cases)("batchNormTraining %j", ({ shape, relu, residual }) => {
  const channels = shape[shape.length - 1];
  const size = shape.reduce((a, b) => a * b);
  const x = waves(size, 1.3, 2);
  const scale = waves(channels, 0.9, 1.1);
  const offset = waves(channels, 0.7, 0.2);
  const shortcut = residual ? waves(size, 2.1, 0.1) : undefined;
  const direction = waves(size, 3.7, 0);

  test("equals float64 loops", () => {
    const expected = naive({ x, scale, offset, shortcut, relu });
    tf.tidy(() => {
      const { y, mean, variance } = batchNormTraining(tensors(x, scale, offset, shortcut), { epsilon, relu });
      expect(y.shape).toEqual(shape);
      expectClose(y.dataSync(), expected.y, { what: "y" });
      expectClose(mean.dataSync(), expected.mean, { what: "mean" });
      expectClose(variance.dataSync(), expected.variance, { what: "variance" });
    });
  });

  test("has the gradient of finite differences", async () => {
    const inputs = { x, scale, offset, ...(shortcut === undefined ? {} : { shortcut }) };
    await expectNoLeak(() => {
      tf.tidy(() => {
        const gradients = tf.grads((x, scale, offset, shortcut?: tf.Tensor) => {
          const { y } = batchNormTraining({ x, scale, offset, residual: shortcut }, { epsilon, relu });
          return tf.sum(tf.mul(y, tf.tensor(direction, shape)));
        })(Object.values(tensors(x, scale, offset, shortcut)));
        for (const [i, [name, at]] of Object.entries(inputs).entries()) {
          const expected = finiteDifference((value) => {
            const { y } = naive({ x, scale, offset, shortcut, relu, [name]: value });
            return y.reduce((sum, value, j) => sum + value * direction[j], 0);
          }, at);
          expectClose(gradients[i].dataSync(), expected, { tolerance: 2e-5, what: `gradient of ${name}` });
        }
      });
    });
  });

  function tensors(...[x, scale, offset, shortcut]: (readonly number[] | undefined)[]) {
    return {
      x: tf.tensor([...x!], shape),
      scale: tf.tensor1d([...scale!]),
      offset: tf.tensor1d([...offset!]),
      ...(shortcut === undefined ? {} : { residual: tf.tensor([...shortcut], shape) }),
    };
  }
});

test("a large mean does not drown a small deviation", () => {
  const x = waves(4 * 7 * 7 * 3, 1, 1000);
  const one = [1, 1, 1];
  const zero = [0, 0, 0];
  // What float32 holds of x is what there is to normalise.
  const { y, variance } = naive({
    x: Float32Array.from(x),
    scale: one,
    offset: zero,
    relu: false,
  });
  tf.tidy(() => {
    const got = batchNormTraining(
      { x: tf.tensor4d(x, [4, 7, 7, 3]), scale: tf.tensor1d(one), offset: tf.tensor1d(zero) },
      { epsilon },
    );
    expectClose(got.y.dataSync(), y, { tolerance: 1e-4, what: "y" });
    expectClose(got.variance.dataSync(), variance, { what: "variance" });
  });
});

test("a channel without variance gives the offset, and a gradient that sums to nothing", () => {
  tf.tidy(() => {
    const x = tf.tensor2d([5, 1, 5, 2, 5, 3, 5, 5], [4, 2]);
    const scale = tf.tensor1d([2, 2]);
    const offset = tf.tensor1d([0.5, 0.5]);
    const { y, variance } = batchNormTraining({ x, scale, offset }, { epsilon });
    expect(variance.dataSync()[0]).toBe(0);
    expect(y.slice([0, 0], [4, 1]).dataSync()).toEqual(Float32Array.of(0.5, 0.5, 0.5, 0.5));
    const direction = tf.tensor2d([1, 1, 2, 1, 3, 1, 6, 1], [4, 2]);
    const [dx, dScale] = tf.grads((x, scale) =>
      tf.sum(tf.mul(batchNormTraining({ x, scale, offset }, { epsilon }).y, direction)),
    )([x, scale]);
    // (g - mean(g)) · scale / √ε
    const slope = 2 / Math.sqrt(epsilon);
    expectClose(dx.slice([0, 0], [4, 1]).dataSync(), [-2 * slope, -slope, 0, 3 * slope]);
    expect(dScale.dataSync()[0]).toBe(0);
  });
});

test("the statistics carry no gradient", () => {
  tf.tidy(() => {
    const one = tf.tensor1d([1, 1]);
    const gradient = tf.grad((x: tf.Tensor) => {
      const { mean, variance } = batchNormTraining({ x, scale: one, offset: one }, { epsilon });
      return tf.add(tf.sum(mean), tf.sum(variance));
    })(tf.tensor2d([1, 2, 3, 5], [2, 2]));
    expect([...gradient.dataSync()]).toEqual([0, 0, 0, 0]);
  });
});

test("inference by the batch's own statistics equals training", async () => {
  await expectNoLeak(() => {
    tf.tidy(() => {
      const x = tf.tensor4d(waves(2 * 3 * 3 * 2, 1.7, 1), [2, 3, 3, 2]);
      const residual = tf.tensor4d(waves(2 * 3 * 3 * 2, 0.3, 0), [2, 3, 3, 2]);
      const scale = tf.tensor1d([0.5, -2]);
      const offset = tf.tensor1d([0.1, 0.3]);
      for (const relu of [false, true]) {
        const { y, mean, variance } = batchNormTraining({ x, scale, offset, residual }, { epsilon, relu });
        const same = batchNormInference({ x, scale, offset, mean, variance, residual }, { epsilon, relu });
        expectClose(same.dataSync(), y.dataSync());
      }
    });
  });
});

test.each([
  { relu: false, residual: false },
  { relu: true, residual: false },
  { relu: false, residual: true },
  { relu: true, residual: true },
])("inference has the gradient of finite differences: %j", ({ relu, residual }) => {
  const shape: [number, number, number, number] = [2, 3, 2, 2];
  const values: Record<string, Float64Array> = {
    x: Float64Array.from(waves(24, 1.7, 1)),
    scale: Float64Array.of(0.5, -2),
    offset: Float64Array.of(0.1, 0.3),
    mean: Float64Array.of(0.8, 1.1),
    variance: Float64Array.of(0.4, 0.7),
    ...(residual && { residual: Float64Array.from(waves(24, 0.3, 0)) }),
  };
  const weights = waves(24, 0.9, 0);
  const loss = (v: Record<string, Float64Array>) =>
    v.x.reduce((total, x, i) => {
      const c = i % 2;
      const normal = (x - v.mean[c]) / Math.sqrt(v.variance[c] + epsilon);
      const sum = normal * v.scale[c] + v.offset[c] + (v.residual?.[i] ?? 0);
      return total + weights[i] * (relu ? Math.max(0, sum) : sum);
    }, 0);
  tf.tidy(() => {
    const names = Object.keys(values);
    const tensors = names.map((name) =>
      tf.tensor([...values[name]], values[name].length === 24 ? shape : [2]),
    );
    const gradients = tf.grads((...given: tf.Tensor[]) => {
      const { x, ...others } = Object.fromEntries(names.map((name, i) => [name, given[i]]));
      const inputs = { x: x as tf.Tensor4D, ...others } as Parameters<
        typeof batchNormInference<tf.Tensor4D>
      >[0];
      return tf.sum(tf.mul(batchNormInference(inputs, { epsilon, relu }), tf.tensor(weights, shape)));
    })(tensors);
    names.forEach((name, i) => {
      const expected = finiteDifference((v) => loss({ ...values, [name]: v }), values[name]);
      expectClose(gradients[i].dataSync(), expected, { what: name });
    });
  });
});

/** Numbers of no particular order, about `middle`. */
function waves(size: number, frequency: number, middle: number): number[] {
  return Array.from({ length: size }, (_, i) => middle + Math.sin(frequency * (i + 1) ** 1.5));
}

function naive(given: {
  x: ArrayLike<number>;
  scale: ArrayLike<number>;
  offset: ArrayLike<number>;
  shortcut?: ArrayLike<number>;
  relu: boolean;
}) {
  const { x, scale, offset, shortcut, relu } = given;
  const channels = scale.length;
  const count = x.length / channels;
  const mean = new Float64Array(channels);
  const variance = new Float64Array(channels);
  for (let i = 0; i < x.length; i++) mean[i % channels] += x[i] / count;
  for (let i = 0; i < x.length; i++) variance[i % channels] += (x[i] - mean[i % channels]) ** 2 / count;
  const y = Array.from(x, (value, i) => {
    const c = i % channels;
    const normal = (value - mean[c]) / Math.sqrt(variance[c] + epsilon);
    const sum = normal * scale[c] + offset[c] + (shortcut?.[i] ?? 0);
    return relu ? Math.max(0, sum) : sum;
  });
  return { y, mean, variance };
}
