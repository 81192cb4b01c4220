import { cpu, expectCloseScalar, lossConformance } from "@contrastive/testing";
import { beforeAll, expect, test } from "vitest";
import { classBatch, dot, evaluateClassLoss, expectClassLoop, unit } from "../test/class-check.js";
import { classifierLoop } from "../test/class-loops.js";
import { cosFace, type CosFaceOptions, plugins } from "./index.js";

const cases: readonly CosFaceOptions[] = [{}, { scale: 16 }, { margin: 0, scale: 2, on: "projection" }];

for (const options of cases) {
  lossConformance(`cos-face ${JSON.stringify(options)}`, () => cosFace(options), { factory: cosFace });
}

beforeAll(async () => void (await cpu().init()));

test.each(cases)("%j equals eq. 4", (options) => {
  const { margin = 0.35, scale = 64 } = options;
  const loop = classifierLoop(
    (row, vector, isOwn) => scale * (dot(row, unit(vector)) - (isOwn ? margin : 0)),
  );
  expectClassLoop(cosFace(options), classBatch(2), loop);
});

test("by hand: a row on its class's vector, at a right angle to the other", () => {
  const vectors = [2, 0, 0, 3];
  const batch = { shape: [1, 1, 2] as const, labels: [0], embeddings: [5, 0], vectors };
  const { value, metrics } = evaluateClassLoss(cosFace({ margin: 0.4, scale: 10 }), batch);
  expectCloseScalar(value, Math.log(1 + Math.exp(-6)));
  expect(metrics).toEqual({ accuracy: 1, targetCosine: 1 });
});

test("a scale that overflows an exponential gives a finite loss and gradient", () => {
  const { value, embeddings, vectors } = evaluateClassLoss(cosFace({ scale: 1e6 }), classBatch(2));
  expect([value, ...embeddings, ...vectors].every(Number.isFinite)).toBe(true);
});

test("the options, by default and refused", () => {
  expect(plugins.loss["cos-face"]().options).toEqual({ margin: 0.35, scale: 64, on: "representation" });
  expect(() => cosFace({ margin: 2 })).toThrow("margin must be < 2, got 2");
});
