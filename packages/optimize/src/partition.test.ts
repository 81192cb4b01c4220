import { resolvePlugin, describe as describePlugin } from "@contrastive/core";
import { cpu } from "@contrastive/testing";
import { beforeAll, expect, test } from "vitest";
import { takeSteps, tensors } from "../test/take-steps.js";
import * as optimize from "./index.js";

const { adam, clipByGlobalNorm, partition, sgd } = optimize;

beforeAll(async () => void (await cpu().init()));

const encoder = { "encoder.weight": [0.5, -1] };
const loss = { "loss.weight": [2, 1], "loss.proxies": [0.1, 3] };
const gradients = [1, -2, 0.5].map((scale) => ({
  "encoder.weight": [0.3 * scale, 0.1],
  "loss.weight": [1, 0.2 * scale],
  "loss.proxies": [scale, -1],
}));

test("each part moves as with its optimizer alone", () => {
  const [slow, fast] = [sgd({ learningRate: 0.05, momentum: 0.9 }), adam({ learningRate: 0.5 })];
  const both = partition([{ weights: "loss.", optimizer: fast }, { optimizer: slow }]);
  const only = (names: object) =>
    gradients.map((values) => Object.fromEntries(Object.entries(values).filter(([name]) => name in names)));
  const expected = takeSteps(slow, encoder, only(encoder)).map((values, step) => ({
    ...values,
    ...takeSteps(fast, loss, only(loss))[step],
  }));
  expect(takeSteps(both, { ...encoder, ...loss }, gradients)).toEqual(expected);
});

test("a weight goes to the first part that takes it", () => {
  const still = sgd({ learningRate: 0 });
  const both = partition([
    { weights: "loss.proxies", optimizer: still },
    { weights: "loss.", optimizer: sgd({ learningRate: 1 }) },
    { optimizer: still },
  ]);
  const last = takeSteps(both, { ...encoder, ...loss }, gradients).at(-1)!;
  expect(last).toMatchObject({ ...encoder, "loss.proxies": [Math.fround(0.1), 3].map(Math.fround) });
  expect(last["loss.weight"]).not.toEqual(loss["loss.weight"]);
});

test("metrics go by the weights", () => {
  const both = partition([
    { weights: "loss.", optimizer: sgd({ learningRate: 1 }) },
    { optimizer: sgd({ learningRate: 0.05 }) },
  ]);
  expect(both.metrics!({ step: 0, stepsPerEpoch: 1, totalSteps: 1 })).toEqual({
    "loss.learningRate": 1,
    learningRate: 0.05,
  });
});

test("it has apply where all parts have it", () => {
  expect(partition([{ optimizer: sgd() }]).apply).toBeDefined();
  expect(partition([{ weights: "loss.", optimizer: clipByGlobalNorm() }, { optimizer: sgd() }]).apply).toBe(
    undefined,
  );
});

test("it is rebuilt from its description", async () => {
  const loader = { names: {}, import: async () => optimize as unknown as Record<string, unknown> };
  const both = partition([{ weights: "loss.", optimizer: sgd({ momentum: 0.9 }) }, { optimizer: adam() }]);
  const again = await resolvePlugin("optimizer", JSON.parse(JSON.stringify(describePlugin(both))), loader);
  expect(describePlugin(again)).toEqual(describePlugin(both));
});

test("what it can't do is refused", () => {
  const part = partition([{ weights: "head.", optimizer: sgd() }]);
  expect(() => part.init(tensors(encoder))).toThrow(
    'optimizer "partition": no part takes the weight "encoder.weight", got ["head."]',
  );
  expect(() => partition().init(tensors(encoder))).toThrow("no part takes the weight");
  expect(() => partition([{ optimizer: {} as never }])).toThrow("a gradient transform");
});
