import type { Loss } from "@contrastive/core";
import { cpu, expectClose, expectCloseScalar } from "@contrastive/testing";
import { beforeAll, describe, expect, test } from "vitest";
// By path: losses stand beside backends, and neither names the other.
import { wasm } from "../../backend-wasm/src/wasm.js";
import fixture from "../fixtures/classifiers.json" with { type: "json" };
import { evaluateClassLoss } from "../test/class-check.js";
import { plugins } from "./index.js";

// Those of the fixture are among them; its options are those of the factory that it names.
const factories = plugins.loss as unknown as Record<string, (options: object) => Loss>;

const [rows, dim] = fixture.shape;

describe.each([cpu(), wasm()])("as pytorch-metric-learning on $name", (backend) => {
  beforeAll(async () => void (await backend.init()));

  test.each(fixture.cases)("$loss $options", (expected) => {
    const actual = evaluateClassLoss(factories[expected.loss](expected.options), {
      shape: [rows, 1, dim],
      labels: fixture.labels,
      embeddings: fixture.embeddings,
      vectors: fixture.vectors.slice(0, expected.vectors.length),
    });
    expectCloseScalar(actual.value, expected.value, { what: "loss" });
    expectClose(actual.embeddings, expected.embeddings, { what: "gradient of embeddings" });
    expectClose(actual.vectors, expected.vectors, { what: "gradient of vectors" });
  });
});

test("the reference has all seven losses", () => {
  expect(new Set(fixture.cases.map(({ loss }) => loss)).size).toBe(7);
});
