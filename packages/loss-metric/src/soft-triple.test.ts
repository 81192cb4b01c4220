import { createRng } from "@contrastive/core";
import { cpu, expectCloseScalar, lossConformance } from "@contrastive/testing";
import * as tf from "@tensorflow/tfjs-core";
import { beforeAll, expect, test } from "vitest";
import {
  type ClassLoop,
  classBatch,
  dot,
  evaluateClassLoss,
  expectClassLoop,
  mean,
  surprise,
  unit,
} from "../test/class-check.js";
import { plugins, softTriple, type SoftTripleOptions } from "./index.js";

const cases: readonly SoftTripleOptions[] = [
  {},
  { centersPerClass: 1 },
  { centersPerClass: 3, scale: 5, temperature: 1, margin: 0.2, regularization: 2, on: "representation" },
  { centersPerClass: 2, regularization: 0 },
];

for (const options of cases) {
  lossConformance(`soft-triple ${JSON.stringify(options)}`, () => softTriple(options), {
    factory: softTriple,
  });
}

beforeAll(async () => void (await cpu().init()));

test.each(cases)("%j equals the paper's formula", (options) => {
  const { centersPerClass = 10 } = options;
  expectClassLoop(softTriple(options), classBatch(2, centersPerClass), loopOf(options));
});

test("centers in one place don't draw each other, and have a finite gradient", () => {
  const batch = classBatch(1, 2);
  const dim = batch.shape[2];
  const vectors = Array.from(batch.vectors, (_, i) => batch.vectors[i - (i % (2 * dim)) + (i % dim)]);
  const value = (regularization: number) =>
    evaluateClassLoss(softTriple({ centersPerClass: 2, regularization }), { ...batch, vectors });
  expectCloseScalar(value(1).value, value(0).value, { tolerance: 1e-3 });
  expect(value(1).vectors.every(Number.isFinite)).toBe(true);
});

test("its centers are drawn one after the other, those of a class together", () => {
  const { weights } = softTriple({ centersPerClass: 3 }).init!(createRng(1), { projection: 8 }, 5);
  expect(weights!.centers.shape).toEqual([15, 8]);
  tf.dispose({ ...weights });
});

test("the options, by default and refused", () => {
  expect(plugins.loss["soft-triple"]().options).toEqual({
    centersPerClass: 10,
    scale: 20,
    temperature: 0.1,
    margin: 0.01,
    regularization: 0.2,
    on: "projection",
  });
  expect(() => softTriple({ centersPerClass: 0 })).toThrow("centersPerClass must be >= 1, got 0");
});

function loopOf(options: SoftTripleOptions): ClassLoop {
  const {
    centersPerClass = 10,
    scale = 20,
    temperature = 0.1,
    margin = 0.01,
    regularization = 0.2,
  } = options;
  return (rows, vectors, labels) => {
    const centers = vectors.map(unit);
    const classes = Array.from({ length: centers.length / centersPerClass }, (_, j) =>
      centers.slice(j * centersPerClass, (j + 1) * centersPerClass),
    );
    const classified = rows.map((row, i) =>
      surprise(
        classes.map((own, j) => scale * (similarity(row, own, temperature) - (j === labels[i] ? margin : 0))),
        labels[i],
      ),
    );
    let distances = 0;
    for (const own of classes) {
      own.forEach((a, t) => own.slice(t + 1).forEach((b) => (distances += Math.sqrt(2 - 2 * dot(a, b)))));
    }
    const pairs = classes.length * centersPerClass * (centersPerClass - 1);
    return mean(classified) + (pairs === 0 ? 0 : (regularization * distances) / pairs);
  };
}

function similarity(row: Float64Array, own: readonly Float64Array[], temperature: number): number {
  const products = own.map((center) => dot(row, center));
  const shares = products.map((product) => Math.exp(product / temperature));
  return dot(shares, products) / shares.reduce((a, b) => a + b);
}
