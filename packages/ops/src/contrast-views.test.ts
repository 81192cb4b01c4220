import * as tf from "@tensorflow/tfjs-core";
import { beforeAll, expect, test } from "vitest";
// By path: packages/testing depends on this package, and a package can't name what depends on it.
import { cpu, expectClose, expectNoLeak, finiteDifference } from "../../testing/src/index.js";
import { contrastViews } from "./contrast-views.js";

beforeAll(async () => {
  await cpu().init();
});

const attributes = {
  version: 1,
  temperature: 0.4,
  summation: "outside",
  denominator: "all",
  positivesCap: -1,
  positives: "equal-label",
} as const;

const shape: [number, number, number] = [4, 3, 5];
const values = Float64Array.from({ length: 60 }, (_, i) => Math.sin(i * i * 0.37 + 1));
const cases = (["all-views", "first-view"] as const).flatMap((anchors) =>
  [undefined, [2, 0, 2, 1]].map((labels) => ({ anchors, labels })),
);

test.each(cases)("$anchors of labels $labels", ({ anchors, labels }) => {
  const expected = naive(values, labels, anchors);
  const total = (x: Float64Array) => naive(x, labels, anchors).reduce((sum, v) => sum + v, 0);
  tf.tidy(() => {
    const x = tf.tensor3d(Float32Array.from(values), shape);
    const classes = labels === undefined ? undefined : tf.tensor1d(labels, "int32");
    const f = (x: tf.Tensor) =>
      tf.sum(contrastViews(x as tf.Tensor3D, classes, attributes, anchors).perAnchor);
    expectClose(contrastViews(x, classes, attributes, anchors).perAnchor.dataSync(), expected);
    expectClose(tf.grad(f)(x).dataSync(), finiteDifference(total, values));
  });
});

test("leaks nothing", async () => {
  await expectNoLeak(() => {
    const x = tf.tensor3d(Float32Array.from(values), shape);
    const outputs = contrastViews(x, undefined, attributes, "first-view");
    expect(outputs.perAnchor.shape).toEqual([4]);
    tf.dispose([x, outputs]);
  });
});

function naive(x: Float64Array, labels = [0, 1, 2, 3], anchors: "all-views" | "first-view"): number[] {
  const [batch, views, dim] = shape;
  const score = (i: number, j: number) => {
    let product = 0;
    for (let k = 0; k < dim; k++) product += x[i * dim + k] * x[j * dim + k];
    return product / attributes.temperature;
  };
  const rows = Array.from({ length: batch * views }, (_, i) => i);
  const label = (row: number) => labels[Math.floor(row / views)];
  return rows
    .filter((i) => anchors === "all-views" || i % views === 0)
    .map((i) => {
      const others = rows.filter((j) => j !== i);
      const denominator = others.reduce((sum, j) => sum + Math.exp(score(i, j)), 0);
      const positives = others.filter((j) => label(j) === label(i));
      const logs = positives.map((p) => score(i, p) - Math.log(denominator));
      return -logs.reduce((a, b) => a + b) / logs.length;
    });
}
