import { cpu, expectCloseScalar, lossConformance } from "@contrastive/testing";
import { beforeAll, expect, test } from "vitest";
import { classBatch, evaluateClassLoss, expectClassLoop, unit } from "../test/class-check.js";
import { classifierLoop } from "../test/class-loops.js";
import { plugins, proxyNca } from "./index.js";

const cases = [{}, { temperature: 1, on: "representation" }] as const;

for (const options of cases) {
  lossConformance(`proxy-nca ${JSON.stringify(options)}`, () => proxyNca(options), { factory: proxyNca });
}

beforeAll(async () => void (await cpu().init()));

test.each([1 / 9, 1, 0.02])("temperature %d equals the softmax of squared distances", (temperature) => {
  const loop = classifierLoop((row, vector) => {
    const proxy = unit(vector);
    return -row.reduce((sum, v, k) => sum + (v - proxy[k]) ** 2, 0) / temperature;
  });
  expectClassLoop(proxyNca({ temperature }), classBatch(2), loop);
});

test("by hand: a row on its proxy, at a right angle to the other", () => {
  const vectors = [2, 0, 0, 3];
  const batch = { shape: [1, 1, 2] as const, labels: [1], embeddings: [0, 4], vectors };
  const { value, metrics } = evaluateClassLoss(proxyNca({ temperature: 0.5 }), batch);
  expectCloseScalar(value, Math.log(1 + Math.exp(-4)));
  expect(metrics).toEqual({ accuracy: 1, targetCosine: 1 });
});

test("a temperature that overflows an exponential gives a finite loss and gradient", () => {
  const { value, embeddings, vectors } = evaluateClassLoss(proxyNca({ temperature: 1e-6 }), classBatch(2));
  expect([value, ...embeddings, ...vectors].every(Number.isFinite)).toBe(true);
});

test("the options, by default and refused", () => {
  expect(plugins.loss["proxy-nca"]().options).toEqual({ temperature: 1 / 9, on: "projection" });
  expect(() => proxyNca({ temperature: 0 })).toThrow("temperature must be > 0, got 0");
});
