import { cpu, expectCloseScalar, lossConformance } from "@contrastive/testing";
import { beforeAll, describe, expect, test } from "vitest";
import { classBatch, dot, evaluateClassLoss, expectClassLoop, unit } from "../test/class-check.js";
import { classifierLoop } from "../test/class-loops.js";
import { arcFace, type ArcFaceOptions, plugins } from "./index.js";

const cases: readonly ArcFaceOptions[] = [
  {},
  { scale: 16 },
  { margin: 0.2, scale: 8, easyMargin: true },
  { margin: Math.PI / 2, scale: 4, on: "projection" },
];

for (const options of cases) {
  lossConformance(`arc-face ${JSON.stringify(options)}`, () => arcFace(options), { factory: arcFace });
}

beforeAll(async () => void (await cpu().init()));

test.each([...cases, { easyMargin: true }])("%j equals eq. 3 by arccos", (options) => {
  const { margin = 0.5, scale = 64, easyMargin = false } = options;
  const own = (cosine: number) => {
    const angle = Math.acos(cosine);
    if (easyMargin) return angle < Math.PI / 2 ? Math.cos(angle + margin) : cosine;
    return angle < Math.PI - margin ? Math.cos(angle + margin) : cosine - margin * Math.sin(margin);
  };
  const loop = classifierLoop((row, vector, isOwn) => {
    const cosine = dot(row, unit(vector));
    return scale * (isOwn ? own(cosine) : cosine);
  });
  expectClassLoop(arcFace(options), classBatch(2), loop);
});

describe.each([1, -1])("a row at cosine %d of its class", (sign) => {
  const vectors = [1, 0, 0, 1];
  const batch = { shape: [1, 1, 2] as const, labels: [0], embeddings: [sign, 0], vectors };

  test.each([false, true])("has a loss and a finite gradient, easyMargin %s", (easyMargin) => {
    const { value, ...gradients } = evaluateClassLoss(arcFace({ scale: 4, easyMargin }), batch);
    const beyond = easyMargin ? -1 : -1 - 0.5 * Math.sin(0.5);
    const own = sign === 1 ? Math.cos(0.5) : beyond;
    // The sine counts as 0.001.
    expectCloseScalar(value, Math.log(1 + Math.exp(-4 * own)), { tolerance: 1e-2 });
    expect([...gradients.embeddings, ...gradients.vectors].every(Number.isFinite)).toBe(true);
  });
});

test("the options, by default and refused", () => {
  expect(plugins.loss["arc-face"]().options).toEqual({
    margin: 0.5,
    scale: 64,
    easyMargin: false,
    on: "representation",
  });
  expect(() => arcFace({ margin: 28.6 })).toThrow("margin must be <= 1.5707963267948966, got 28.6");
});
