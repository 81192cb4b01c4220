import * as tf from "@tensorflow/tfjs-core";
import { beforeAll, describe, expect, it } from "vitest";
// By path: packages/testing depends on this package, and a package can't name what depends on it.
import { cpu, expectNoLeak } from "../../testing/src/index.js";
import { installGradients } from "./gradients.js";
import { defineOp } from "./op.js";
import { valueAuxAndGrads } from "./value-aux-and-grads.js";

describe("installGradients", () => {
  beforeAll(async () => {
    await cpu().init();
    installGradients();
  });

  /** Each reduction's gradient is the upstream gradient, spread, over the count where it is a mean. */
  it.each([
    { shape: [2, 3], axes: [0], keepDims: false },
    { shape: [2, 3], axes: [1], keepDims: true },
    { shape: [2, 3, 2, 2], axes: [0, 1, 2], keepDims: false },
    { shape: [2, 3, 2], axes: [-2], keepDims: false },
    { shape: [2, 1, 3], axes: [1], keepDims: false },
    { shape: [4], axes: [0], keepDims: false },
  ])("sum and mean of $shape over $axes", ({ shape, axes, keepDims }) => {
    const x = tf.randomNormal(shape);
    const dy = tf.randomNormal(tf.sum(x, axes, keepDims).shape);
    const kept = shape.map((size, i) =>
      axes.map((axis) => (axis + shape.length) % shape.length).includes(i) ? 1 : size,
    );
    const spread = [...tf.mul(tf.reshape(dy, kept), tf.ones(shape)).dataSync()];
    const count = x.size / dy.size;
    const gradient = (op: typeof tf.sum) => [
      ...tf
        .grad((z: tf.Tensor) => op(z, axes, keepDims))(x, dy)
        .dataSync(),
    ];
    expect(gradient(tf.sum)).toEqual(spread);
    gradient(tf.mean).forEach((value, i) => expect(value).toBeCloseTo(spread[i] / count, 6));
  });

  it("has nothing to spread over an empty tensor", () => {
    const gradient = tf.grad((x: tf.Tensor) => tf.sum(x))(tf.zeros([0, 3]));
    expect(gradient.shape).toEqual([0, 3]);
  });

  it("divides at a padded border of average pooling by what lies inside", () => {
    // Windows of 2x2 on 3x3 pixels, padded after: the corner's window holds one pixel, the edges' two.
    const gradient = tf.grad((x: tf.Tensor) => tf.avgPool(x as tf.Tensor4D, 2, 2, "same"))(
      tf.zeros([1, 3, 3, 1]),
    );
    expect([...gradient.dataSync()]).toEqual([0.25, 0.25, 0.5, 0.25, 0.25, 0.5, 0.5, 0.5, 1]);
  });

  it.each([
    { name: "a convolution's gradient", inside: false, sums: 1 },
    // What it would be added to is that of the operation around it.
    { name: "not that of one inside of another gradient", inside: true, sums: 0 },
  ])("adds to what there is, where the backend has a kernel for it, $name", async ({ inside, sums }) => {
    const [x, filter] = [
      tf.randomNormal<tf.Rank.R4>([1, 4, 4, 2]),
      tf.randomNormal<tf.Rank.R4>([3, 3, 2, 2]),
    ];
    const convolve = (y: tf.Tensor) => tf.conv2d(y as tf.Tensor4D, filter, 1, "same");
    const around = defineOp<{ y: tf.Tensor }, object>({
      name: "AroundConvolution",
      reference: ({ y }) => [convolve(y)],
    });
    tf.registerGradient({
      kernelName: "AroundConvolution",
      inputsToSave: ["y"],
      gradFunc: (dy, [y]) => ({ y: () => tf.grad(convolve)(y, dy as tf.Tensor) }),
    });
    const gradient = () => {
      // Two ways from y to the value: the convolution's gradient comes second.
      const { value, grads } = valueAuxAndGrads(
        ({ x }) => {
          const y = tf.square(x);
          const convolved = inside ? around({ y }, {})[0] : convolve(y);
          return { value: tf.sum(tf.mul(convolved, y)) as tf.Scalar };
        },
        { x },
      );
      const values = [...grads.x.dataSync()];
      tf.dispose([value, grads.x]);
      return values;
    };
    const expected = gradient();
    let calls = 0;
    const name = "Conv2DBackpropInputAdd";
    tf.registerKernel({
      kernelName: name,
      backendName: "cpu",
      kernelFunc: ({ inputs: { dy, filter, sum }, attrs }) => {
        calls++;
        const dx = tf.engine().runKernel<tf.Tensor>(tf.Conv2DBackpropInput, { dy, filter } as never, attrs);
        return tf.add(sum as tf.Tensor, dx);
      },
    });
    try {
      await expectNoLeak(() => expect(gradient()).toEqual(expected));
    } finally {
      tf.unregisterKernel(name, "cpu");
    }
    expect(calls).toBe(sums);
    tf.dispose([x, filter]);
  });

  it("keeps no tensors", async () => {
    const x = tf.ones([2, 4, 4, 3]);
    const gradient = tf.grad((z: tf.Tensor) =>
      tf.mean(tf.sum(tf.avgPool(z as tf.Tensor4D, 3, 2, "same"), [1, 2])),
    );
    await expectNoLeak(() => gradient(x).dispose());
  });
});
