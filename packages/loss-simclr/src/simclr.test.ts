import { createRng } from "@contrastive/core";
import { cpu, expectCloseScalar, lossConformance } from "@contrastive/testing";
import * as tf from "@tensorflow/tfjs-core";
import { beforeAll, describe, expect, test } from "vitest";
import { plugins, simclr } from "./index.js";

lossConformance("simclr", () => simclr(), { factory: simclr });

describe("simclr", () => {
  beforeAll(async () => {
    await cpu().init();
  });

  const input = { weights: {}, buffers: {}, step: 0, stepsPerEpoch: 1, totalSteps: 1 };

  test("temperature defaults to 0.5, and the plugin table names it", () => {
    expect(plugins.loss.simclr().options).toEqual({ temperature: 0.5 });
  });

  // By hand, with p = e^{1/τ}: two samples on perpendicular axes, both views equal.
  test.each([0.1, 0.5, 1])("of two perpendicular samples at temperature %d", (temperature) => {
    const p = Math.exp(1 / temperature);
    tf.tidy(() => {
      const projection = tf.tensor3d([1, 0, 1, 0, 0, 1, 0, 1], [2, 2, 2]);
      const { loss, metrics } = simclr({ temperature }).compute({ ...input, embeddings: { projection } });
      expectCloseScalar(loss.dataSync()[0], Math.log((p + 2) / p));
      expectCloseScalar(metrics!.positiveCosine.dataSync()[0], 1);
    });
  });

  test.each([2, 3])("equals eq. 1 of the paper, averaged over pairs, for %d views", (views) => {
    const [batch, dim, temperature] = [5, 4, 0.5];
    const rng = createRng(3);
    const z = Float32Array.from({ length: batch * views * dim }, () => rng.normal());
    const similarity = (i: number, j: number) =>
      z.subarray(i * dim, (i + 1) * dim).reduce((sum, v, k) => sum + v * z[j * dim + k], 0) / temperature;
    const rows = Array.from({ length: batch * views }, (_, i) => i);
    const losses = rows.flatMap((i) => {
      const others = rows.filter((k) => k !== i);
      const denominator = others.reduce((sum, k) => sum + Math.exp(similarity(i, k)), 0);
      return others
        .filter((j) => Math.floor(j / views) === Math.floor(i / views))
        .map((j) => -Math.log(Math.exp(similarity(i, j)) / denominator));
    });
    tf.tidy(() => {
      const projection = tf.tensor3d(z, [batch, views, dim]);
      const { loss } = simclr().compute({ ...input, embeddings: { projection } });
      expectCloseScalar(loss.dataSync()[0], losses.reduce((a, b) => a + b) / losses.length);
    });
  });

  test("refuses one view", () => {
    tf.tidy(() => {
      const projection = tf.ones<tf.Rank.R3>([2, 1, 3]);
      expect(() => simclr().compute({ ...input, embeddings: { projection } })).toThrow(
        'loss "simclr": embeddings.projection must have two views or more, got [2,1,3]',
      );
    });
  });
});
