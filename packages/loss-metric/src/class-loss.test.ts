import { createRng } from "@contrastive/core";
import { cpu } from "@contrastive/testing";
import * as tf from "@tensorflow/tfjs-core";
import { beforeAll, describe, expect, test } from "vitest";
import { classBatch, evaluateClassLoss, progress } from "../test/class-check.js";
import {
  arcFace,
  cosFace,
  largeMarginSoftmax,
  proxyAnchor,
  proxyNca,
  softTriple,
  sphereFace,
} from "./index.js";

beforeAll(async () => void (await cpu().init()));

const losses = [
  largeMarginSoftmax(),
  sphereFace(),
  cosFace(),
  arcFace(),
  proxyNca(),
  proxyAnchor(),
  softTriple({ centersPerClass: 1 }),
];

describe.each(losses.map((loss) => [loss.name, loss] as const))("%s", (name, loss) => {
  const [space] = loss.needs.on;

  test("init draws vectors of about unit length", () => {
    const { weights } = loss.init!(createRng(1), { [space]: 400 }, 10);
    const [[key, vectors]] = Object.entries(weights!);
    expect(vectors.shape).toEqual([10, 400]);
    const values = vectors.dataSync<"float32">();
    for (let row = 0; row < 10; row++) {
      const length = Math.hypot(...values.subarray(row * 400, (row + 1) * 400));
      expect(Math.abs(length - 1), key).toBeLessThan(0.2);
    }
    tf.dispose({ ...weights });
  });

  test("init says what it needs", () => {
    expect(() => loss.init!(createRng(1), {}, 10)).toThrow(
      `loss "${name}": init needs the size of the ${space}`,
    );
    expect(() => loss.init!(createRng(1), { [space]: 4 }, 1)).toThrow(
      `loss "${name}": there must be two classes or more, got 1. Use a dataset with labels`,
    );
  });

  test("checkBatch refuses labels that are missing or out of range", () => {
    const check = loss.checkBatch!;
    expect(() => check(undefined, 2, 5)).toThrow(
      `loss "${name}": it needs labels. Use a dataset with labels`,
    );
    expect(() => check(Int32Array.of(0, -1), 2, 5)).toThrow(
      `loss "${name}": the label of sample 1 of the batch must be in 0..4, got -1. Count the classes from 0`,
    );
    expect(() => check(Int32Array.of(0, 1, 5), 2, 5)).toThrow(
      `the label of sample 2 of the batch must be in 0..4, got 5`,
    );
    check(Int32Array.of(0, 1, 4), 2, 5);
  });

  test.each([-1, 4])("compute gives no number for a batch with the label %d of four classes", (label) => {
    const batch = classBatch(1);
    const { value } = evaluateClassLoss(loss, { ...batch, labels: [label, ...batch.labels.slice(1)] });
    expect(value).not.toSatisfy(Number.isFinite);
  });

  test("compute says what it needs", () => {
    const { weights } = loss.init!(createRng(1), { [space]: 2 }, 2);
    const labels = tf.tensor1d([0], "int32");
    const embeddings = { [space]: tf.ones<tf.Rank.R3>([1, 1, 2]) };
    const complete = { ...progress, embeddings, labels, weights: weights!, buffers: {} };
    const without = (part: object) => () => loss.compute({ ...complete, ...part });
    expect(without({ embeddings: {} })).toThrow(`loss "${name}": compute needs embeddings.${space}`);
    expect(without({ labels: undefined })).toThrow(`loss "${name}": compute needs labels`);
    expect(without({ weights: {} })).toThrow(
      `loss "${name}": compute needs the weights that init made: ${Object.keys(weights!)[0]}`,
    );
    tf.dispose([{ ...weights }, labels, embeddings]);
  });

  test("a batch whose embeddings are all zero is not called right", () => {
    const batch = classBatch(1);
    const { metrics } = evaluateClassLoss(loss, {
      ...batch,
      embeddings: batch.labels.flatMap(() => [0, 0, 0, 0, 0]),
    });
    // All scores are equal, and the first class is taken.
    expect(metrics.accuracy).toBeCloseTo(1 / 3);
  });
});
