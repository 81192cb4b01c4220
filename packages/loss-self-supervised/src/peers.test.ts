import type { Loss } from "@contrastive/core";
import { cpu, expectClose, expectCloseScalar } from "@contrastive/testing";
import { beforeAll, describe, test } from "vitest";
import fixture from "../fixtures/peers.json" with { type: "json" };
import { evaluate, type Given, type Shape } from "../test/evaluate.js";
import { plugins } from "./index.js";

const { embeddings, targets, predictor } = fixture;
const shape = fixture.shape as unknown as Shape;

beforeAll(async () => void (await cpu().init()));

describe.each(fixture.cases)("$loss of $peer: $options", ({ loss, options, less, ...expected }) => {
  test("gives its value and its gradients", () => {
    const factory = plugins.loss[loss as keyof typeof plugins.loss] as (options: object) => Loss;
    const gradients = expected.weights as Readonly<Record<string, readonly number[]>>;
    const weights: Given["weights"] = Object.fromEntries(
      Object.keys(gradients).map((name) => [`predictor.${name}`, predictor[name as keyof typeof predictor]]),
    );
    const actual = evaluate(factory(options), { shape, embeddings, targets, weights });
    expectCloseScalar(actual.loss - less, expected.value);
    expectClose(actual.gradient, expected.gradient);
    for (const [name, gradient] of Object.entries(gradients)) {
      expectClose(actual.weights[`predictor.${name}`], gradient, { what: name });
    }
  });
});
