import { ContrastiveError, type Loss } from "@contrastive/core";
import { simclr } from "@contrastive/loss-simclr";
import { cpu, expectClose, expectCloseScalar, expectNoLeak } from "@contrastive/testing";
import * as tf from "@tensorflow/tfjs-core";
import fc from "fast-check";
import { beforeAll, describe, expect, test } from "vitest";
import { unitRows } from "../test/unit-rows.js";
import { plugins, supCon, supConPerAnchor, type SupConOptions } from "./index.js";

beforeAll(async () => {
  await cpu().init();
});

describe("options", () => {
  test("defaults are those of the paper", () => {
    expect(plugins.loss.supcon().options).toEqual({
      temperature: 0.1,
      baseTemperature: "temperature",
      summation: "outside",
      denominator: "all",
      positivesCap: "none",
      anchors: "all-views",
      withoutPositives: "skip",
      labels: "index",
      classWeights: "none",
      memory: "none",
      metrics: "cheap",
      on: "projection",
    });
  });

  test("baseTemperature follows a temperature that is changed later, as by a command's --set", () => {
    const projection = unitVectors(4, 2, 5, 1);
    const lossOf = (options: SupConOptions) => run(supCon(options), projection, [0, 0, 1, 1]).loss;
    const changed = { ...supCon({ temperature: 0.3 }).options, temperature: 0.6 };
    expect(lossOf(changed)).toBe(lossOf({ temperature: 0.6 }));
    const fixed = { ...supCon({ baseTemperature: 0.3 }).options, temperature: 0.6 };
    expectCloseScalar(lossOf(fixed), 2 * lossOf({ temperature: 0.6 }));
  });

  test.each([
    [{ temperature: 0 }, 'loss "supcon": temperature must be > 0, got 0'],
    [{ temperatur: 1 }, 'Did you mean "temperature"?'],
    [{ summation: "in" }, 'summation must be "outside" or "inside", got "in"'],
    [{ positivesCap: 1.5 }, 'positivesCap must be an integer or "none", got 1.5'],
  ])("%j is refused", (options, message) => {
    expect(() => supCon(options as SupConOptions)).toThrow(message);
  });
});

describe("anchors without positives", () => {
  // One view; only the first two samples have each other.
  const labels = [3, 3, 0, 1];
  const projection = unitVectors(4, 1, 5, 1);

  test("are skipped, or counted as 0", () => {
    const perAnchor = anchorLosses(projection, labels, {});
    expect([...perAnchor].map((v) => v > 0)).toEqual([true, true, false, false]);
    const sum = perAnchor.reduce((a, b) => a + b);
    expectCloseScalar(run(supCon(), projection, labels).loss, sum / 2);
    expectCloseScalar(run(supCon({ withoutPositives: "zero" }), projection, labels).loss, sum / 4);
  });

  test("are counted by the metrics", () => {
    const { metrics } = run(supCon(), projection, labels);
    const cosine = dot(projection.data.subarray(0, 5), projection.data.subarray(5, 10));
    expectCloseScalar(metrics.positivesPerAnchor, 0.5);
    expectCloseScalar(metrics.anchorsWithoutPositives, 0.5);
    expectCloseScalar(metrics.positiveCosine, cosine);
  });

  test('make a loss that is not finite under "error", should the trainer not have asked', () => {
    const loss = supCon({ withoutPositives: "error" });
    expect(run(loss, projection, labels).loss).not.toSatisfy(Number.isFinite);
    expect(run(loss, projection, [3, 3, 0, 0]).loss).toSatisfy(Number.isFinite);
  });

  test("a batch without a single positive has loss 0 and gradient 0", () => {
    const { loss, gradient, metrics } = run(supCon(), projection, [0, 1, 2, 3]);
    expect(loss).toBe(0);
    expect(gradient.every((v) => v === 0)).toBe(true);
    expect(metrics).toEqual({ positivesPerAnchor: 0, anchorsWithoutPositives: 1, positiveCosine: 0 });
  });
});

describe("checkBatch", () => {
  const table: [SupConOptions, number[] | undefined, number, string | undefined][] = [
    [{}, [0, 0, 1, 1], 1, undefined],
    [{}, [0, 1, 2], 2, undefined],
    [{}, undefined, 2, undefined],
    [{ positivesCap: 0 }, [0, 0, 1], 2, undefined],
    [{}, [5, 0, 5, 0, 7], 1, "sample 4 of the batch has no positive: it is the only one with label 7"],
    [{}, undefined, 1, "no anchor has a positive: there is one view, and there are no labels"],
    [{ positivesCap: 0 }, [0, 0], 1, "no anchor has a positive: there is one view, and positivesCap is 0"],
    [{ denominator: "only-negatives" }, [4, 4], 2, "no anchor has a negative, all labels are 4"],
    [{ denominator: "only-negatives" }, [4, 4, 1], 2, undefined],
  ];

  test.each(table)('under "error", of %j with labels %j and %d views', (options, labels, views, message) => {
    const check = () =>
      supCon({ ...options, withoutPositives: "error" }).checkBatch!(
        labels === undefined ? undefined : Int32Array.from(labels),
        views,
        8,
      );
    if (message === undefined) {
      expect(check).not.toThrow();
    } else {
      expect(check).toThrow(ContrastiveError);
      expect(check).toThrow(message);
    }
  });

  test.each(table)("agrees with the loss of each anchor: %j with labels %j and %d views", (...row) => {
    const [options, labels, views, message] = row;
    const losses = anchorLosses(unitVectors(labels?.length ?? 3, views, 4, 2), labels, options);
    expect(losses.some((v) => v === 0)).toBe(message !== undefined);
  });

  test("is not there where nothing is refused", () => {
    expect(supCon().checkBatch).toBeUndefined();
    expect(supCon({ withoutPositives: "zero" }).checkBatch).toBeUndefined();
  });
});

describe("compute refuses", () => {
  const projection = unitVectors(2, 2, 3, 1);

  test("a cap that is no multiple of the views", () => {
    expect(() => run(supCon({ positivesCap: 3 }), projection, [0, 0])).toThrow(
      'loss "supcon": positivesCap must be a multiple of the number of views, 2, got 3',
    );
  });

  test("labels that are not one a sample", () => {
    expect(() => run(supCon(), projection, [0, 0, 1, 1])).toThrow("labels must have shape [2]");
  });

  test("a batch without projections", () => {
    const nothing = { embeddings: {}, weights: {}, buffers: {}, step: 0, stepsPerEpoch: 1, totalSteps: 1 };
    expect(() => supCon().compute(nothing)).toThrow("compute needs embeddings.projection");
  });
});

describe("for any batch", () => {
  const batches = fc.record({
    samples: fc.integer({ min: 2, max: 6 }),
    views: fc.integer({ min: 2, max: 3 }),
    dim: fc.integer({ min: 2, max: 6 }),
    classes: fc.integer({ min: 1, max: 4 }),
    seed: fc.nat(10_000),
    temperature: fc.constantFrom(0.05, 0.1, 0.5, 2),
  });
  const denominators = fc.constantFrom("all" as const, "one-positive" as const, "only-negatives" as const);

  test("the mean inside the logarithm is at most that outside of it", () => {
    fc.assert(
      fc.property(
        batches,
        denominators,
        ({ samples, views, dim, classes, seed, temperature }, denominator) => {
          const projection = unitVectors(samples, views, dim, seed);
          const labels = Array.from({ length: samples }, (_, i) => i % classes);
          const losses = (summation: "inside" | "outside") =>
            anchorLosses(projection, labels, { temperature, denominator, summation });
          const outside = losses("outside");
          losses("inside").forEach((inside, i) => expect(inside).toBeLessThanOrEqual(outside[i] + 1e-4));
        },
      ),
      { numRuns: 50, seed: 1 },
    );
  });

  test("all-distinct labels, or none, make it SimCLR's loss", () => {
    fc.assert(
      fc.property(batches, ({ samples, views, dim, seed, temperature }) => {
        const projection = unitVectors(samples, views, dim, seed);
        const expected = run(simclr({ temperature }), projection, undefined);
        const distinct = Array.from({ length: samples }, (_, i) => 100 - i);
        for (const labels of [distinct, undefined]) {
          const actual = run(supCon({ temperature }), projection, labels);
          expectCloseScalar(actual.loss, expected.loss, { tolerance: 1e-6 });
          expectClose(actual.gradient, expected.gradient, { tolerance: 1e-6 });
        }
      }),
      { numRuns: 30, seed: 1 },
    );
  });

  test("the order of a sample's views does not matter", () => {
    fc.assert(
      fc.property(
        batches,
        denominators,
        ({ samples, views, dim, classes, seed, temperature }, denominator) => {
          const projection = unitVectors(samples, views, dim, seed);
          const labels = Array.from({ length: samples }, (_, i) => i % classes);
          const swapped = {
            ...projection,
            data: projection.data.map((_, i) => {
              const [view, axis] = [Math.floor(i / dim) % views, i % dim];
              return projection.data[i - view * dim - axis + (views - 1 - view) * dim + axis];
            }),
          };
          const loss = supCon({ temperature, denominator });
          const expected = run(loss, projection, labels).loss;
          expectCloseScalar(run(loss, swapped, labels).loss, expected, { tolerance: 1e-5 });
        },
      ),
      { numRuns: 30, seed: 1 },
    );
  });
});

test("supConPerAnchor leaks nothing", async () => {
  await expectNoLeak(() => {
    const projection = tensorOf(unitVectors(3, 2, 4, 1));
    const losses = supConPerAnchor(projection);
    expect(losses.shape).toEqual([6]);
    tf.dispose([projection, losses]);
  });
});

interface Vectors {
  readonly shape: readonly [number, number, number];
  readonly data: Float32Array;
}

function unitVectors(samples: number, views: number, dim: number, seed: number): Vectors {
  return { shape: [samples, views, dim], data: unitRows(samples * views, dim, seed) };
}

function tensorOf({ shape, data }: Vectors): tf.Tensor3D {
  return tf.tensor3d(data, [...shape]);
}

function anchorLosses(
  projection: Vectors,
  labels: number[] | undefined,
  options: SupConOptions,
): Float32Array {
  return tf.tidy(() => {
    const classes = labels === undefined ? undefined : tf.tensor1d(labels, "int32");
    return supConPerAnchor(tensorOf(projection), classes, options).dataSync<"float32">();
  });
}

function run(loss: Loss, projection: Vectors, labels: number[] | undefined) {
  return tf.tidy(() => {
    const classes = labels === undefined ? undefined : tf.tensor1d(labels, "int32");
    const compute = (x: tf.Tensor) =>
      loss.compute({
        embeddings: { projection: x as tf.Tensor3D },
        labels: classes,
        weights: {},
        buffers: {},
        step: 0,
        stepsPerEpoch: 1,
        totalSteps: 1,
      });
    const x = tensorOf(projection);
    const { value, grad } = tf.valueAndGrad((x: tf.Tensor) => compute(x).loss)(x);
    const metrics = Object.entries(compute(x).metrics ?? {});
    return {
      loss: value.dataSync()[0],
      gradient: grad.dataSync<"float32">(),
      metrics: Object.fromEntries(metrics.map(([name, metric]) => [name, metric.dataSync()[0]])),
    };
  });
}

function dot(a: Float32Array, b: Float32Array): number {
  return a.reduce((sum, v, i) => sum + v * b[i], 0);
}
