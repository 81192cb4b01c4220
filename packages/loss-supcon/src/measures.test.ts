import { cpu, expectCloseScalar } from "@contrastive/testing";
import * as tf from "@tensorflow/tfjs-core";
import fc from "fast-check";
import { beforeAll, expect, test } from "vitest";
import { unitRows } from "../test/unit-rows.js";
import { supCon, type SupConOptions } from "./index.js";

beforeAll(async () => {
  await cpu().init();
});

const views = 2;
const dim = 5;

test("alignment, uniformity and the hardest negatives are what their definitions say", () => {
  const labels = [0, 1, 0, 2];
  const x = unitRows(labels.length * views, dim, 3);
  const metrics = metricsOf({ metrics: "all" }, labels, x);
  const rows = labels.flatMap((label, sample) => Array.from({ length: views }, () => ({ label, sample })));
  const pairs = rows.flatMap((a, i) =>
    rows.flatMap((b, j) => (i === j ? [] : [{ i, a, b, cosine: dot(x, i, j) }])),
  );
  // Over positives anchor by anchor, as the loss has it.
  const perAnchor = rows.map((_, i) =>
    mean(pairs.filter((p) => p.i === i && p.a.label === p.b.label).map(({ cosine }) => distance(cosine))),
  );
  expectCloseScalar(metrics.alignment, mean(perAnchor));
  const others = pairs.filter(({ a, b }) => a.sample !== b.sample);
  expectCloseScalar(
    metrics.uniformity,
    Math.log(mean(others.map(({ cosine }) => Math.exp(-2 * distance(cosine))))),
  );
  const hardest = rows.map((_, i) =>
    Math.max(...pairs.filter((p) => p.i === i && p.a.label !== p.b.label).map(({ cosine }) => cosine)),
  );
  expectCloseScalar(metrics.hardestNegativeCosine, mean(hardest));
});

const variants = fc.record({
  labels: fc.array(fc.integer({ min: 0, max: 3 }), { minLength: 2, maxLength: 6 }),
  seed: fc.nat(1000),
  temperature: fc.constantFrom(0.1, 0.5, 1),
  baseTemperature: fc.constantFrom(0.1, 0.5),
  summation: fc.constantFrom("outside" as const, "inside" as const),
  denominator: fc.constantFrom("all" as const, "one-positive" as const, "only-negatives" as const),
});

test("no loss lies below its floor", () => {
  fc.assert(
    fc.property(variants, ({ labels, seed, ...options }) => {
      const x = unitRows(labels.length * views, dim, seed);
      const { loss, floor } = metricsOf({ ...options, metrics: "all" }, labels, x);
      expect(loss).toBeGreaterThanOrEqual(floor - 1e-4);
    }),
    { numRuns: 100, seed: 1 },
  );
});

test.each(["all", "one-positive", "only-negatives"] as const)(
  "two classes at opposite ends reach the floor: %s",
  (denominator) => {
    const labels = [0, 1, 1, 0, 1];
    const x = Float32Array.from({ length: labels.length * views * dim }, (_, i) => {
      const sign = labels[Math.floor(i / (views * dim))] === 0 ? 1 : -1;
      return i % dim === 0 ? sign : 0;
    });
    const options = { temperature: 0.5, denominator, metrics: "all" } as const;
    const { loss, floor } = metricsOf(options, labels, x);
    expectCloseScalar(loss, floor);
  },
);

test("a batch without negatives has finite metrics", () => {
  const metrics = metricsOf({ metrics: "all" }, [1, 1], unitRows(4, dim, 1));
  expect(Object.values(metrics).every(Number.isFinite)).toBe(true);
  expect(metrics.hardestNegativeCosine).toBe(0);
});

function metricsOf(options: SupConOptions, labels: number[], x: Float32Array): Record<string, number> {
  return tf.tidy(() => {
    const { loss, metrics } = supCon(options).compute({
      embeddings: { projection: tf.tensor3d(x, [labels.length, views, dim]) },
      labels: tf.tensor1d(labels, "int32"),
      weights: {},
      buffers: {},
      step: 0,
      stepsPerEpoch: 1,
      totalSteps: 1,
    });
    const entries = Object.entries({ loss, ...metrics });
    return Object.fromEntries(entries.map(([name, value]) => [name, value.dataSync()[0]]));
  });
}

function dot(x: Float32Array, i: number, j: number): number {
  let sum = 0;
  for (let k = 0; k < dim; k++) sum += x[i * dim + k] * x[j * dim + k];
  return sum;
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, v) => sum + v, 0) / values.length;
}

/** Squared, of unit vectors. */
function distance(cosine: number): number {
  return 2 - 2 * cosine;
}
