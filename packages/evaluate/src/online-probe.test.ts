import * as tf from "@tensorflow/tfjs-core";
import { beforeAll, describe, expect, it } from "vitest";
import { createRng, type Params } from "@contrastive/core";
import { cpu, expectClose, expectNoLeak, monitorConformance } from "@contrastive/testing";
import { clusters } from "../test/clusters.js";
import type { Features } from "./features.js";
import { linearProbe } from "./linear-probe.js";
import { onlineProbe, onlineProbeAccuracy, type OnlineProbeOptions } from "./online-probe.js";

beforeAll(async () => {
  await cpu().init();
});

monitorConformance("onlineProbe", onlineProbe);

const progress = { step: 0, stepsPerEpoch: 10, totalSteps: 100 };

/** Trains on batches of the features, in order, round and round. The caller owns the state. */
function trained(features: Features, steps: number, batch: number, options?: OnlineProbeOptions) {
  const probe = onlineProbe(options);
  const classes = Math.max(...features.labels) + 1;
  const { dim } = features;
  let state = probe.init(createRng(0), dim, classes);
  const history: { loss: number; accuracy: number }[] = [];
  for (let step = 0; step < steps; step++) {
    const start = (step * batch) % (features.size - batch + 1);
    const representation = tf.tensor2d(features.values.slice(start * dim, (start + batch) * dim), [
      batch,
      dim,
    ]);
    const labels = tf.tensor1d(features.labels.slice(start, start + batch), "int32");
    const next = probe.step(state, { ...progress, step, representation, labels });
    state = next.state;
    history.push({ loss: scalar(next.metrics.loss), accuracy: scalar(next.metrics.accuracy) });
    tf.dispose([representation, labels, next.metrics]);
  }
  return { state, history };
}

function scalar(value: tf.Scalar): number {
  return value.dataSync()[0];
}

describe("onlineProbe", () => {
  it("computes what its formulas say, in float64", () => {
    const features = clusters(12, { dim: 3, classes: 3 });
    const { state, history } = trained(features, 3, 4, { learningRate: 0.7, momentum: 0.8 });
    const expected = naive(features, 3, 4, 0.7, 0.8);
    expectClose(state.weight.dataSync(), expected.weight.flat(), { what: "weight" });
    expectClose(state.bias.dataSync(), expected.bias, { what: "bias" });
    expectClose(
      history.map(({ loss }) => loss),
      expected.losses,
      { what: "loss" },
    );
    tf.dispose(state);
  });

  it.each([
    ["as it comes", 1, 0],
    ["tiny", 1e-6, 0],
    ["large and far from 0", 1e3, 2e4],
  ])("comes close to the offline probe with its defaults, features %s", async (_, scale, offset) => {
    const move = (features: Features) => ({
      ...features,
      values: features.values.map((value) => value * scale + offset),
    });
    const train = move(clusters(600, { noise: 1 }));
    const test = move(clusters(400, { noise: 1, seed: 1 }));
    const { state, history } = trained(train, 60, 60);
    expect(history[0].loss).toBeCloseTo(Math.log(4), 5);
    const online = await onlineProbeAccuracy(state, test);
    const offline = await linearProbe({ train, test, classes: 4 });
    expect(online.accuracy).toBeGreaterThan(offline.accuracy - 0.03);
    tf.dispose(state);
  });

  it("learns from a representation with a dead column", async () => {
    const train = clusters(100);
    for (let i = 0; i < train.values.length; i += 8) train.values[i] = 0;
    const { state } = trained(train, 20, 50);
    expect((await onlineProbeAccuracy(state, train)).accuracy).toBeGreaterThan(0.9);
    tf.dispose(state);
  });

  it("asks for labels", async () => {
    const probe = onlineProbe();
    const state = probe.init(createRng(0), 2, 2);
    const representation = tf.zeros<tf.Rank.R2>([2, 2]);
    expect(() => probe.step(state, { ...progress, representation })).toThrow("needs labels");
    tf.dispose([state, representation]);
  });
});

describe("onlineProbeAccuracy", () => {
  it("scores the state, keeps it, and leaves no tensor", async () => {
    const features = clusters(40);
    const { state } = trained(features, 20, 20);
    await expectNoLeak(async () => {
      const first = await onlineProbeAccuracy(state, features);
      expect(first.total).toBe(40);
      expect(await onlineProbeAccuracy(state, features)).toEqual(first);
    });
    await expect(onlineProbeAccuracy(state, clusters(8, { dim: 5 }))).rejects.toThrow(
      "must be 8 wide, as those that the probe was trained on, got 5",
    );
    tf.dispose(state);
  });

  it("refuses a state that is not a probe's", async () => {
    const state: Params = { weight: tf.zeros([2, 2]) };
    await expect(onlineProbeAccuracy(state, clusters(8))).rejects.toThrow("state of an online-probe monitor");
    tf.dispose(state);
  });
});

/** The same, one number at a time. */
function naive(
  { values, labels, dim }: Features,
  steps: number,
  batch: number,
  rate: number,
  momentum: number,
) {
  const classes = 3;
  const weight = range(dim).map(() => range(classes).map(() => 0));
  const bias = range(classes).map(() => 0);
  const weightSpeed = range(dim).map(() => range(classes).map(() => 0));
  const biasSpeed = range(classes).map(() => 0);
  const mean = range(dim).map(() => 0);
  const variance = range(dim).map(() => 0);
  let seen = 0;
  const losses = range(steps).map((step) => {
    const rows = range(batch).map((i) => ((step * batch) % (labels.length - batch + 1)) + i);
    seen = 0.9 * seen + 0.1;
    for (const j of range(dim)) {
      const column = rows.map((row) => values[row * dim + j]);
      const average = column.reduce((a, b) => a + b) / batch;
      mean[j] = 0.9 * mean[j] + 0.1 * average;
      variance[j] =
        0.9 * variance[j] + (0.1 * column.reduce((sum, value) => sum + (value - average) ** 2, 0)) / batch;
    }
    const gradient = range(dim).map(() => range(classes).map(() => 0));
    const biasGradient = range(classes).map(() => 0);
    let loss = 0;
    for (const row of rows) {
      const input = range(dim).map(
        (j) => (values[row * dim + j] - mean[j] / seen) / Math.sqrt((variance[j] / seen) * dim),
      );
      const logits = range(classes).map(
        (k) => bias[k] + input.reduce((sum, x, j) => sum + x * weight[j][k], 0),
      );
      const total = logits.reduce((sum, logit) => sum + Math.exp(logit), 0);
      loss += (Math.log(total) - logits[labels[row]]) / batch;
      for (const k of range(classes)) {
        const residual = (Math.exp(logits[k]) / total - (labels[row] === k ? 1 : 0)) / batch;
        biasGradient[k] += residual;
        for (const j of range(dim)) gradient[j][k] += residual * input[j];
      }
    }
    for (const k of range(classes)) {
      biasSpeed[k] = momentum * biasSpeed[k] + biasGradient[k];
      bias[k] -= rate * biasSpeed[k];
      for (const j of range(dim)) {
        weightSpeed[j][k] = momentum * weightSpeed[j][k] + gradient[j][k];
        weight[j][k] -= rate * weightSpeed[j][k];
      }
    }
    return loss;
  });
  return { weight, bias, losses };
}

function range(length: number): number[] {
  return Array.from({ length }, (_, i) => i);
}
