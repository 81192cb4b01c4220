import * as tf from "@tensorflow/tfjs-core";
import { beforeAll, describe, expect, test } from "vitest";
// By path: packages/testing depends on this package, and a package can't name what depends on it.
import { cpu, expectClose, expectNoLeak, finiteDifference, seededValues } from "../../testing/src/index.js";
import { layerNorm } from "./layer-norm.js";

beforeAll(async () => void (await cpu().init()));

describe.each([[6, 3], [2, 3, 5], [4, 1], [7]])("layerNorm of [%s, %s, %s]", (...shape) => {
  const size = shape.reduce((a, b) => a * b);
  const features = shape[shape.length - 1];
  const inputs = {
    x: seededValues("x", size),
    scale: seededValues("scale", features),
    offset: seededValues("offset", features),
  };
  const direction = seededValues("direction", size);
  // Not so small that features of size 1 are divided by next to nothing.
  const epsilon = 1e-3;

  test("equals float64 loops", () => {
    tf.tidy(() => {
      const y = layerNorm(tensors(), { epsilon });
      expect(y.shape).toEqual(shape);
      expectClose(y.dataSync(), naive(inputs, epsilon));
    });
  });

  test("has the gradient of finite differences", async () => {
    await expectNoLeak(() => {
      tf.tidy(() => {
        const { x, scale, offset } = tensors();
        const gradients = tf.grads((x, scale, offset) => layerNorm({ x, scale, offset }, { epsilon }))(
          [x, scale, offset],
          tf.tensor(direction, shape),
        );
        for (const [i, [name, at]] of Object.entries(inputs).entries()) {
          const expected = finiteDifference((value) => {
            const y = naive({ ...inputs, [name]: value }, epsilon);
            return y.reduce((sum, value, j) => sum + value * direction[j], 0);
          }, at);
          expectClose(gradients[i].dataSync(), expected, { tolerance: 2e-5, what: `gradient of ${name}` });
        }
      });
    });
  });

  function tensors() {
    return {
      x: tf.tensor(inputs.x, shape),
      scale: tf.tensor1d(inputs.scale),
      offset: tf.tensor1d(inputs.offset),
    };
  }
});

test("keeps nothing but y, and takes ε = 1e-6", async () => {
  await expectNoLeak(() => {
    const [x, one, zero] = [tf.tensor2d([-1e-3, 1e-3], [1, 2]), tf.ones([2]), tf.zeros([2])];
    const y = layerNorm({ x, scale: one, offset: zero });
    expectClose(y.dataSync(), [-Math.SQRT1_2, Math.SQRT1_2]);
    tf.dispose([x, one, zero, y]);
  });
});

function naive(
  { x, scale, offset }: Readonly<Record<"x" | "scale" | "offset", ArrayLike<number>>>,
  epsilon: number,
): Float64Array {
  const n = scale.length;
  const y = new Float64Array(x.length);
  for (let from = 0; from < x.length; from += n) {
    const row = Array.from({ length: n }, (_, i) => x[from + i]);
    const mean = row.reduce((sum, value) => sum + value / n, 0);
    const variance = row.reduce((sum, value) => sum + (value - mean) ** 2 / n, 0);
    row.forEach((value, i) => {
      y[from + i] = ((value - mean) / Math.sqrt(variance + epsilon)) * scale[i] + offset[i];
    });
  }
  return y;
}
