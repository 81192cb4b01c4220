import { createRng, type Loss } from "@contrastive/core";
import {
  cpu,
  expectClose,
  expectCloseScalar,
  expectNoLeak,
  finiteDifference,
  lossConformance,
} from "@contrastive/testing";
import * as tf from "@tensorflow/tfjs-core";
import { beforeAll, describe, expect, test } from "vitest";
import { evaluate, type Shape, unit } from "../test/evaluate.js";
import { cosine, mean, randomRows, sumOf } from "../test/float64.js";
import { moco, type MocoOptions, plugins } from "./index.js";

lossConformance("moco, a queue longer than a batch", () => moco({ size: 128, temperature: 0.2 }), {
  factory: moco,
});
lossConformance(
  "moco, symmetric, on the representation, a queue shorter than a batch",
  () => moco({ symmetric: true, on: "representation", size: 5, temperature: 0.2 }),
  { factory: moco },
);

describe("moco", () => {
  beforeAll(async () => void (await cpu().init()));

  test("the options by default, and the plugin table names it", () => {
    expect(plugins.loss.moco().options).toEqual({
      temperature: 0.07,
      size: 4096,
      symmetric: false,
      on: "projection",
    });
  });

  test.each([
    { views: 2, symmetric: false },
    { views: 2, symmetric: true },
    { views: 3, symmetric: false },
    { views: 3, symmetric: true },
  ])("equals float64 loops: $views views, symmetric $symmetric", ({ views, symmetric }) => {
    const [dim, size] = [4, 7];
    const shape: Shape = [5, views, dim];
    const [x, keys, queue] = [randomRows(shape, 1), randomRows(shape, 2), randomRows([size, dim], 3)];
    for (const temperature of [0.07, 0.5]) {
      const options = { temperature, size, symmetric };
      const expected = (x: ArrayLike<number>) => mean(pairs(x, keys, queue, shape, options).losses);
      tf.tidy(() => {
        const input = {
          targets: { projection: unit(tensor(keys, shape)) },
          buffers: { queue: unit(tensor(queue, [size, dim])) },
        };
        const { value, gradient, metrics } = evaluate(moco(options), x, shape, input);
        expectCloseScalar(value, expected(x));
        expectClose(gradient, finiteDifference(expected, x));
        expectCloseScalar(metrics.positiveCosine, mean(pairs(x, keys, queue, shape, options).cosines));
      });
    }
  });

  test.each([
    { symmetric: false, of: "the other views", expected: [2, 4, 100, 101] },
    { symmetric: true, of: "all views", expected: [1, 2, 3, 4] },
  ])("the keys of $of go in front of the queue, the oldest leave it", ({ symmetric, expected }) => {
    tf.tidy(() => {
      const { buffers } = compute(moco({ size: 4, symmetric }), {
        projection: tf.ones([2, 2, 1]),
        targets: tf.tensor3d([1, 2, 3, 4], [2, 2, 1]),
        queue: tf.tensor2d([100, 101, 102, 103], [4, 1]),
      });
      expect([...buffers!.queue.dataSync()]).toEqual(expected);
    });
  });

  test("init draws a queue of random directions", () => {
    const { buffers } = moco({ size: 500 }).init!(createRng(1), { projection: 3 }, 10);
    const queue = buffers!.queue.dataSync<"float32">();
    expect(buffers!.queue.shape).toEqual([500, 3]);
    const sum = [0, 0, 0];
    for (let at = 0; at < queue.length; at += 3) {
      expect(Math.hypot(...queue.subarray(at, at + 3))).toBeCloseTo(1);
      sum.forEach((_, k) => (sum[k] += queue[at + k]));
    }
    // Each coordinate has mean 0 and variance 1/3.
    for (const total of sum) expect(Math.abs(total)).toBeLessThan(4 * Math.sqrt(500 / 3));
    buffers!.queue.dispose();
  });

  test("a step leaks nothing", async () => {
    const loss = moco({ size: 6 });
    await expectNoLeak(() => {
      const given = {
        projection: tf.ones<tf.Rank.R3>([2, 2, 3]),
        targets: tf.ones<tf.Rank.R3>([2, 2, 3]),
        queue: tf.ones<tf.Rank.R2>([6, 3]),
      };
      const { loss: value, buffers, metrics } = compute(loss, given);
      tf.dispose([given, value, { ...buffers }, { ...metrics }]);
    });
  });

  test.each([
    ["targets", { targets: undefined }, "targets.projection must have two views or more, got undefined"],
    ["the queue", { queue: undefined }, "compute needs the buffer that init made: queue"],
  ])("compute says that it needs %s", (_what, without, message) => {
    tf.tidy(() => {
      const [projection, queue] = [tf.ones<tf.Rank.R3>([1, 2, 2]), tf.ones<tf.Rank.R2>([3, 2])];
      expect(() => compute(moco(), { projection, targets: projection, queue, ...without })).toThrow(
        `loss "moco": ${message}`,
      );
    });
  });

  test("init says that it needs the size", () => {
    expect(() => moco().init!(createRng(1), {}, 10)).toThrow(
      'loss "moco": init needs the size of the embeddings',
    );
  });
});

function compute(loss: Loss, given: { projection: tf.Tensor3D; targets?: tf.Tensor3D; queue?: tf.Tensor2D }) {
  return loss.compute({
    embeddings: { projection: given.projection },
    ...(given.targets && { targets: { projection: given.targets } }),
    buffers: given.queue === undefined ? {} : { queue: given.queue },
    weights: {},
    step: 0,
    stepsPerEpoch: 1,
    totalSteps: 1,
  });
}

function tensor(x: Float64Array, shape: readonly number[]): tf.Tensor {
  return tf.tensor(Float32Array.from(x), [...shape]);
}

/** eq. 1 of every query with every key of its. */
function pairs(
  x: ArrayLike<number>,
  keys: ArrayLike<number>,
  queue: ArrayLike<number>,
  [batch, views, dim]: Shape,
  { temperature, size, symmetric }: Required<Omit<MocoOptions, "on">>,
): { losses: number[]; cosines: number[] } {
  const [losses, cosines]: [number[], number[]] = [[], []];
  for (let sample = 0; sample < batch; sample++) {
    for (let query = 0; query < (symmetric ? views : 1); query++) {
      for (let key = 0; key < views; key++) {
        if (key === query) continue;
        const row = sample * views + query;
        const likeness = cosine(x, row, keys, sample * views + key, dim);
        const past = Array.from({ length: size }, (_, j) =>
          Math.exp(cosine(x, row, queue, j, dim) / temperature),
        );
        const positive = Math.exp(likeness / temperature);
        losses.push(-Math.log(positive / (positive + sumOf(past))));
        cosines.push(likeness);
      }
    }
  }
  return { losses, cosines };
}
