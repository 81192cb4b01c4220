import * as tf from "@tensorflow/tfjs-core";
import { createRng, type Params } from "@contrastive/core";
import { cpu, expectClose } from "@contrastive/testing";
import { beforeAll, describe, expect, test } from "vitest";
import { linearHead, projectionHead, type ProjectionHeadOptions } from "./index.js";

beforeAll(async () => void (await cpu().init()));

const rng = createRng(1);
const evaluation = { training: false, buffers: {}, rng };

describe("projectionHead", () => {
  test("has SupCon's defaults: as wide as its input, 128 out, no batch normalisation", () => {
    const head = projectionHead();
    expect(head.dim).toBe(128);
    expect(head.options).toEqual({
      hidden: "input",
      out: 128,
      layers: 2,
      batchNorm: false,
      batchNormMomentum: 0.1,
    });
    expect(shapes(head.init(rng, 6).weights)).toEqual({
      "0.weight": [6, 6],
      "0.bias": [6],
      "2.weight": [6, 128],
      "2.bias": [128],
    });
  });

  test.each([
    {
      options: { hidden: 5, out: 3, layers: 3 },
      weights: {
        "0.weight": [4, 5],
        "0.bias": [5],
        "2.weight": [5, 5],
        "2.bias": [5],
        "4.weight": [5, 3],
        "4.bias": [3],
      },
      buffers: {},
    },
    {
      options: { hidden: 5, out: 3, batchNorm: true },
      weights: {
        "0.weight": [4, 5],
        "1.weight": [5],
        "1.bias": [5],
        "3.weight": [5, 3],
        "4.weight": [3],
      },
      buffers: {
        "1.running_mean": [5],
        "1.running_var": [5],
        "4.running_mean": [3],
        "4.running_var": [3],
      },
    },
  ])("names its tensors as a Sequential does: $options", ({ options, weights, buffers }) => {
    const initial = projectionHead(options).init(rng, 4);
    expect(shapes(initial.weights)).toEqual(weights);
    expect(shapes(initial.buffers)).toEqual(buffers);
  });

  test("is linear, relu, linear", () => {
    tf.tidy(() => {
      const weights = {
        "0.weight": tf.tensor2d([1, -1, 2, 1], [2, 2]),
        "0.bias": tf.tensor1d([0, 1]),
        "2.weight": tf.tensor2d([3, 5], [2, 1]),
        "2.bias": tf.tensor1d([7]),
      };
      const { embeddings } = projectionHead({ out: 1 }).forward(
        weights,
        tf.tensor2d([1, 1, 4, -2], [2, 2]),
        evaluation,
      );
      // relu([3, 1]) · [3, 5] + 7, relu([0, -5]) · [3, 5] + 7
      expect([...embeddings.dataSync()]).toEqual([21, 7]);
    });
  });

  test("draws weights and biases within ±1/√in", () => {
    const { weights } = projectionHead({ hidden: 400, out: 9 }).init(rng, 100);
    for (const [name, bound] of [
      ["0.weight", 0.1],
      ["0.bias", 0.1],
      ["2.weight", 0.05],
    ] as const) {
      const largest = Math.max(...weights[name].dataSync().map(Math.abs));
      expect(largest, name).toBeLessThanOrEqual(Math.fround(bound));
      expect(largest, name).toBeGreaterThan(0.95 * bound);
    }
  });

  test.each([
    [{ layers: 1 }, /layers must be >= 2, got 1/],
    [{ hidden: 0 }, /head "projection": hidden must be/],
    [{ hiden: 3 }, /there is no option "hiden". Did you mean "hidden"/],
  ])("refuses %j", (options, message) => {
    expect(() => projectionHead(options as ProjectionHeadOptions)).toThrow(message);
  });
});

test("linearHead is x · weight + bias", () => {
  tf.tidy(() => {
    const x = tf.tensor2d([1, 2], [1, 2]);
    const weight = tf.tensor2d([1, 2, 3, 4], [2, 2]);
    const bias = tf.tensor1d([10, 20]);
    const head = linearHead({ out: 2 });
    expectClose(head.forward({ weight, bias }, x, evaluation).embeddings.dataSync(), [17, 30]);
    expect(Object.keys(linearHead({ bias: false }).init(rng, 3).weights)).toEqual(["weight"]);
    expect(linearHead().options).toEqual({ out: 128, bias: true });
  });
});

function shapes(params: Params): Readonly<Record<string, readonly number[]>> {
  return Object.fromEntries(Object.entries(params).map(([name, { shape }]) => [name, shape]));
}
