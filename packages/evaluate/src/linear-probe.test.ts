import { describe, expect, it } from "vitest";
import { expectClose, expectCloseScalar } from "@contrastive/testing";
import golden from "../fixtures/linear-probe.json" with { type: "json" };
import { clusters } from "../test/clusters.js";
import type { Features } from "./features.js";
import { linearProbe } from "./linear-probe.js";

describe("against PyTorch's L-BFGS", () => {
  const { dim, classes } = golden;
  const data = { train: features(golden.train), test: features(golden.test), classes };

  it.each(golden.cases)("finds the same classifier with l2 = $l2", async (expected) => {
    const probe = await linearProbe(data, { l2: expected.l2, tolerance: 1e-8 });
    expect(probe.converged).toBe(true);
    expect(probe.gradientNorm).toBeLessThanOrEqual(1e-8);
    expectCloseScalar(probe.loss, expected.loss, { tolerance: 1e-7 });
    expectClose(probe.weight, expected.weight, { what: "weight" });
    expectClose(probe.bias, expected.bias, { what: "bias" });
    expect([...probe.predictions]).toEqual(expected.predictions);
    expect(probe.correct).toBe(expected.correct);
  });

  function features({ values, labels }: { values: number[]; labels: number[] }): Features {
    return { values: Float32Array.from(values), labels: Int32Array.from(labels), size: labels.length, dim };
  }
});

describe("linearProbe", () => {
  const train = clusters(203);
  const test = clusters(101, { seed: 1 });

  it("separates what is separable", async () => {
    const probe = await linearProbe({ train: clusters(80, { noise: 0.01 }), test, classes: 4 });
    expect(probe.trainAccuracy).toBe(1);
    expect(probe.accuracy).toBeGreaterThan(0.95);
    expect(probe.total).toBe(101);
    expect(probe.perClass.map(({ total }) => total)).toEqual([26, 25, 25, 25]);
  });

  it("is at chance where labels say nothing", async () => {
    const noise = clusters(1000, { noise: 1e3, seed: 5 });
    const { interval } = await linearProbe({ train: clusters(400, { noise: 1e3 }), test: noise, classes: 4 });
    expect(interval[0]).toBeLessThan(0.25);
    expect(interval[1]).toBeGreaterThan(0.25);
  });

  it("gives the same result again, whatever the scale and offset of a column", async () => {
    const data = { train, test, classes: 4 };
    const probe = await linearProbe(data);
    expect((await linearProbe(data)).weight).toEqual(probe.weight);
    const moved = await linearProbe({ train: rescale(train), test: rescale(test), classes: 4 });
    expectCloseScalar(moved.loss, probe.loss, { tolerance: 1e-4 });
    expect(moved.predictions).toEqual(probe.predictions);
  });

  it("ignores a column that is constant but for rounding", async () => {
    const probe = await linearProbe({ train: widen(train), test: widen(test), classes: 4 });
    const plain = await linearProbe({ train, test, classes: 4 });
    expect([...probe.weight].filter((_, i) => i % 9 === 8)).toEqual([0, 0, 0, 0]);
    expect(probe.predictions).toEqual(plain.predictions);
  });

  it("predicts for new rows", async () => {
    const probe = await linearProbe({ train, test, classes: 4 });
    expect(probe.predict(test.values.subarray(8, 24))).toEqual(probe.predictions.subarray(1, 3));
  });

  it("chooses a penalty that is nearly as good on the test set as the best", async () => {
    // More columns than a weak penalty can bear.
    const wide = { noise: 4, dim: 100 };
    const data = { train: clusters(400, wide), test: clusters(2000, { ...wide, seed: 1 }), classes: 4 };
    const chosen = await linearProbe(data);
    const fixed = [];
    for (const l2 of [1, 1e-1, 1e-2, 1e-3, 1e-4]) fixed.push((await linearProbe(data, { l2 })).accuracy);
    expect(Math.max(...fixed) - Math.min(...fixed)).toBeGreaterThan(0.05);
    expect(chosen.accuracy).toBeGreaterThan(Math.max(...fixed) - 0.01);
    expect(chosen.l2).toBeGreaterThan(0.01);
  });

  it("needs no held-out samples", async () => {
    expect((await linearProbe({ train: clusters(8), test, classes: 4 })).l2).toBe(0.01);
  });

  it("stops when told to", async () => {
    const reason = new Error("enough");
    const data = { train, test, classes: 4 };
    await expect(linearProbe(data, { signal: AbortSignal.abort(reason) })).rejects.toBe(reason);
  });

  it.each<[string, Features, Features, number, RegExp]>([
    ["one class", clusters(8, { classes: 1 }), test, 4, /all training samples are of class 0/],
    ["one class in all", clusters(8, { classes: 1 }), clusters(8, { classes: 1 }), 1, /at least two classes/],
    ["a class without samples", train, test, 5, /class 4 of 5 has no training sample/],
    ["a label that is no class", train, test, 3, /train labels must be from 0 to 2.*got 3/],
    ["other widths", train, clusters(8, { dim: 4 }), 4, /train has 8 and test 4/],
    ["NaN", { ...train, values: train.values.with(17, NaN) }, test, 4, /finite: sample 2, column 1, got NaN/],
    ["a wrong size", { ...train, size: 5 }, test, 4, /must be \[size, dim\]/],
    ["no samples", train, { ...test, size: 0, values: new Float32Array() }, 4, /test features must be/],
  ])("refuses %s", async (_, left, right, classes, message) => {
    await expect(linearProbe({ train: left, test: right, classes })).rejects.toThrow(message);
  });

  it("refuses an option that it does not know", async () => {
    const options = { lambda: 1 } as object;
    await expect(linearProbe({ train, test, classes: 4 }, options)).rejects.toThrow(
      /"linearProbe": there is no option "lambda"/,
    );
  });
});

/** Each column by a power of two of its own, and shifted. */
function rescale(features: Features): Features {
  const { dim, values } = features;
  return { ...features, values: values.map((value, i) => value * 2 ** (i % dim) + (i % dim)) };
}

/** With a ninth column that only float32 can tell from a constant. */
function widen(features: Features): Features {
  const values = new Float32Array(features.size * 9);
  for (let i = 0; i < values.length; i++) {
    const row = Math.floor(i / 9);
    values[i] = i % 9 === 8 ? 1 + (row % 2) * 1e-7 : features.values[row * 8 + (i % 9)];
  }
  return { ...features, values, dim: 9 };
}
