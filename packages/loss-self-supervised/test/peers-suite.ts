import type { Backend, Loss } from "@contrastive/core";
import { expectClose, expectCloseScalar } from "@contrastive/testing";
import { beforeAll, describe, test } from "vitest";
import fixture from "../fixtures/peers.json" with { type: "json" };
import { plugins } from "../src/index.js";
import { evaluate, type Given, type Shape } from "./evaluate.js";

const { embeddings, targets, predictor } = fixture;
const shape = fixture.shape as unknown as Shape;

/** Registers tests of the losses against values and gradients of lightly and solo-learn. */
export function peersSuite(backend: Backend): void {
  describe(`lightly and solo-learn (${backend.name})`, () => {
    beforeAll(async () => void (await backend.init()));

    for (const { loss, options, peer, less, value, gradient, weights } of fixture.cases) {
      test(`${loss} of ${peer}: ${JSON.stringify(options)}`, () => {
        const factory = plugins.loss[loss as keyof typeof plugins.loss] as (options: object) => Loss;
        const expected = weights as Readonly<Record<string, readonly number[]>>;
        const start: Given["weights"] = Object.fromEntries(
          Object.keys(expected).map((name) => [
            `predictor.${name}`,
            predictor[name as keyof typeof predictor],
          ]),
        );
        const actual = evaluate(factory(options), { shape, embeddings, targets, weights: start });
        expectCloseScalar(actual.loss - less, value);
        expectClose(actual.gradient, gradient);
        for (const [name, gradient] of Object.entries(expected)) {
          expectClose(actual.weights[`predictor.${name}`], gradient, { what: name });
        }
      });
    }
  });
}
