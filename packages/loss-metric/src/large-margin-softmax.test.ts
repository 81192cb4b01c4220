import { cpu, expectCloseScalar, lossConformance } from "@contrastive/testing";
import { beforeAll, describe, expect, test } from "vitest";
// By path: losses stand beside schedules, and neither names the other.
import { exponential } from "../../optimize/src/exponential.js";
import { classBatch, dot, evaluateClassLoss, expectClassLoop } from "../test/class-check.js";
import { angularLoop } from "../test/class-loops.js";
import { largeMarginSoftmax, type LargeMarginSoftmaxOptions, plugins } from "./index.js";

const cases: readonly LargeMarginSoftmaxOptions[] = [
  {},
  { annealing: 0 },
  { margin: 1 },
  { margin: 3, annealing: 0.5, on: "projection" },
];

for (const options of cases) {
  lossConformance(`large-margin-softmax ${JSON.stringify(options)}`, () => largeMarginSoftmax(options), {
    factory: largeMarginSoftmax,
  });
}

// Rebuilt from JSON by what resolves references, not by the factory.
lossConformance("large-margin-softmax with a schedule", () =>
  largeMarginSoftmax({ margin: 2, annealing: exponential({ initial: 3, factorPerEpoch: 0.5 }) }),
);

beforeAll(async () => void (await cpu().init()));

const lengthsOf = (row: Float64Array, vector: Float64Array) => Math.sqrt(dot(row, row) * dot(vector, vector));

describe.each([1, 2, 3, 4, 7])("margin %d", (margin) => {
  test.each([0, 2])("annealing %d equals eq. 4 and 6", (annealing) => {
    const loss = largeMarginSoftmax({ margin, annealing });
    expectClassLoop(loss, classBatch(2), angularLoop({ margin, annealing, scale: lengthsOf }));
  });
});

test("the annealing may be a schedule, and falls from 1000 by default", () => {
  const batch = classBatch(1);
  const value = (annealing?: LargeMarginSoftmaxOptions["annealing"]) =>
    evaluateClassLoss(largeMarginSoftmax({ annealing }), batch).value;
  expect(value(exponential({ initial: 2, factorPerEpoch: 0.5 }))).toBe(value(2));
  expectCloseScalar(value(), value(1000));
});

test.each([1, -1])("a row at cosine %d of its class has a finite gradient", (sign) => {
  const vectors = [1, 0, 0, 1];
  const batch = { shape: [1, 1, 2] as const, labels: [0], embeddings: [sign, 0], vectors };
  const { value, embeddings } = evaluateClassLoss(largeMarginSoftmax({ annealing: 0 }), batch);
  expectCloseScalar(value, Math.log(1 + Math.exp(sign === 1 ? -1 : 7)));
  expect(embeddings.every(Number.isFinite)).toBe(true);
  expect(Math.sign(embeddings[0])).toBe(-1);
});

test("the options, by default and refused", () => {
  expect(plugins.loss["large-margin-softmax"]().options).toEqual({
    margin: 4,
    annealing: "falling",
    on: "representation",
  });
  expect(() => largeMarginSoftmax({ margin: 1.5 })).toThrow("margin must be an integer, got 1.5");
  expect(() => largeMarginSoftmax({ annealing: -1 })).toThrow("annealing must be");
});
