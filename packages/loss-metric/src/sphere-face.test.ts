import { cpu, expectCloseScalar, lossConformance } from "@contrastive/testing";
import { beforeAll, describe, expect, test } from "vitest";
import { classBatch, dot, evaluateClassLoss, expectClassLoop } from "../test/class-check.js";
import { angularLoop } from "../test/class-loops.js";
import { plugins, sphereFace, type SphereFaceOptions } from "./index.js";

const cases: readonly SphereFaceOptions[] = [
  {},
  { annealing: 0 },
  { margin: 2, scale: 10, annealing: 0, on: "projection" },
];

for (const options of cases) {
  lossConformance(`sphere-face ${JSON.stringify(options)}`, () => sphereFace(options), {
    factory: sphereFace,
  });
}

beforeAll(async () => void (await cpu().init()));

const length = (row: Float64Array) => Math.sqrt(dot(row, row));

describe.each([1, 2, 3, 4])("margin %d", (margin) => {
  test.each([0, 5])("annealing %d equals eq. 7", (annealing) => {
    const ofLength = sphereFace({ margin, annealing });
    expectClassLoop(ofLength, classBatch(2), angularLoop({ margin, annealing, scale: length }));
    const ofNumber = sphereFace({ margin, annealing, scale: 10 });
    expectClassLoop(ofNumber, classBatch(2), angularLoop({ margin, annealing, scale: () => 10 }));
  });
});

test("embeddings have unit length where the scale is a number", () => {
  expect(sphereFace().needs.unitLength).toBe(false);
  expect(sphereFace({ scale: 30 }).needs.unitLength).toBe(true);
});

test("lengths of the classes' vectors don't count", () => {
  const batch = classBatch(1);
  const longer = { ...batch, vectors: Array.from(batch.vectors, (v) => 3 * v) };
  expectCloseScalar(
    evaluateClassLoss(sphereFace({ annealing: 0 }), longer).value,
    evaluateClassLoss(sphereFace({ annealing: 0 }), batch).value,
  );
});

test("the annealing falls from 1000 by default", () => {
  const [falling, constant] = [{}, { annealing: 1000 }].map(
    (options) => evaluateClassLoss(sphereFace(options), classBatch(1)).value,
  );
  expectCloseScalar(falling, constant);
});

test("the options, by default and refused", () => {
  expect(plugins.loss["sphere-face"]().options).toEqual({
    margin: 4,
    scale: "length",
    annealing: "falling",
    on: "representation",
  });
  expect(() => sphereFace({ margin: 0 })).toThrow("margin must be >= 1, got 0");
  expect(() => sphereFace({ scale: 0 })).toThrow("scale must be");
});
