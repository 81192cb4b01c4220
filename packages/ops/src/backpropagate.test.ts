import * as tf from "@tensorflow/tfjs-core";
import { beforeAll, describe, expect, it } from "vitest";
// By path: packages/testing depends on this package, and a package can't name what depends on it.
import { cpu, expectClose, expectNoLeak } from "../../testing/src/index.js";
import { valueAndGradients } from "./backpropagate.js";
import { valueAuxAndGrads } from "./value-aux-and-grads.js";

beforeAll(async () => void (await cpu().init()));

const values = (shape: number[], seed: number) => tf.randomUniform(shape, 0.5, 1.5, "float32", seed);

describe("valueAndGradients", () => {
  it.each([
    { name: "a product used twice", f: (x: tf.Tensor, y: tf.Tensor) => tf.sum(tf.mul(tf.mul(x, y), x)) },
    { name: "a square of one tensor", f: (x: tf.Tensor, y: tf.Tensor) => tf.sum(tf.add(tf.mul(x, x), y)) },
    {
      name: "broadcasting, and a branch that leads nowhere",
      f: (x: tf.Tensor, y: tf.Tensor) => {
        tf.exp(x);
        return tf.sum(tf.div(x, tf.sum(y, 1, true)));
      },
    },
    {
      name: "several outputs, of which one is used",
      f: (x: tf.Tensor, y: tf.Tensor) => tf.sum(tf.mul(tf.split(x, 2, 1)[1], tf.slice(y, [0, 0], [3, 2]))),
    },
    {
      name: "a sum whose gradients are one tensor",
      f: (x: tf.Tensor, y: tf.Tensor) => tf.sum(tf.square(tf.add(tf.clone(x), tf.clone(y)))),
    },
    { name: "a constant in the middle", f: (x: tf.Tensor) => tf.sum(tf.mul(tf.matMul(x, x, true), 2)) },
    { name: "nothing at all", f: () => tf.scalar(3) },
  ])("are tfjs's: $name", async ({ f }) => {
    const [x, y] = [values([3, 4], 1), values([3, 4], 2)];
    const expected = tf.engine().gradients(() => f(x, y), [x, y], undefined, true);
    let actual: ReturnType<typeof valueAndGradients> | undefined;
    await expectNoLeak(() => {
      tf.tidy(() => {
        actual = valueAndGradients(() => f(x, y), [x, y]);
        expectClose(actual.value.dataSync(), expected.value.dataSync(), { tolerance: 1e-6, what: "value" });
        actual.gradients.forEach((gradient, i) => {
          const stock = expected.grads[i] as tf.Tensor | null;
          expect(gradient === undefined).toBe(stock == null);
          if (gradient) expectClose(gradient.dataSync(), stock!.dataSync(), { tolerance: 1e-6, what: "dx" });
        });
      });
    });
    tf.dispose([x, y, expected.value, expected.grads]);
  });

  it("is the value's own gradient where the value is wanted", () => {
    tf.tidy(() => {
      const x = tf.scalar(2);
      const { gradients } = valueAndGradients(() => x, [x]);
      expect(gradients[0]!.dataSync()[0]).toBe(1);
    });
  });

  it("works inside of another gradient", () => {
    tf.tidy(() => {
      const second = tf.grad((x: tf.Tensor) => {
        const cube = () => tf.mul(tf.mul(x, x), x);
        return valueAndGradients(cube, [x]).gradients[0]!;
      });
      expect(second(tf.scalar(2)).dataSync()[0]).toBeCloseTo(12, 5);
    });
  });

  it("frees what it has used: the peak of a chain is half of tfjs's", () => {
    const x = values([1000], 1);
    const chain = (peak: { bytes: number }) => () => {
      const step = tf.customGrad((y, save) => {
        (save as (tensors: tf.Tensor[]) => void)([y as tf.Tensor]);
        return {
          value: tf.mul(y as tf.Tensor, 2),
          gradFunc: (dy: tf.Tensor) => {
            peak.bytes = Math.max(peak.bytes, tf.memory().numBytes);
            return tf.mul(dy, 2);
          },
        };
      });
      let y: tf.Tensor = x;
      for (let i = 0; i < 40; i++) y = step(y);
      return tf.sum(y);
    };
    const before = tf.memory().numBytes;
    const [ours, stock] = [{ bytes: 0 }, { bytes: 0 }];
    tf.tidy(() => valueAndGradients(chain(ours), [x]));
    tf.tidy(() => tf.engine().gradients(chain(stock), [x]));
    expect(ours.bytes - before).toBeLessThan(0.6 * (stock.bytes - before));
    x.dispose();
  });

  it("leaves nothing behind when a gradient fails", async () => {
    const x = values([3], 1);
    const broken = tf.customGrad((y, save) => {
      (save as (tensors: tf.Tensor[]) => void)([y as tf.Tensor]);
      return {
        value: tf.mul(y as tf.Tensor, 2),
        gradFunc: () => {
          throw new Error("no gradient today");
        },
      };
    });
    await expectNoLeak(() => {
      expect(() =>
        valueAuxAndGrads(({ x }) => ({ value: tf.sum(broken(tf.square(x))), aux: { y: tf.mul(x, 2) } }), {
          x,
        }),
      ).toThrow("no gradient today");
    });
    await expectNoLeak(() => {
      expect(() =>
        valueAuxAndGrads(({ x }) => ({ value: tf.sum(tf.unique(x).values) as tf.Scalar }), { x }),
      ).toThrow("The kernel 'Unique' has no gradient.");
    });
    x.dispose();
  });
});
