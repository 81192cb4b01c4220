import type { GradientTransform } from "@contrastive/core";
import { cpu, expectClose } from "@contrastive/testing";
import { beforeAll, describe, it } from "vitest";
import fixture from "../fixtures/torch.json" with { type: "json" };
import { stockWasm } from "../test/stock-wasm.js";
import { takeSteps } from "../test/take-steps.js";
import { adam, adamw, cosine, rmsprop, sgd } from "./index.js";

const factories: Readonly<Record<string, (options: never) => GradientTransform>> = {
  sgd,
  adam,
  adamw,
  rmsprop,
};

describe.each([cpu(), stockWasm()])("torch.optim's steps on $name", (backend) => {
  beforeAll(async () => void (await backend.init()));

  for (const { optimizer, options, weights: expected } of fixture.cases) {
    it(`${optimizer}(${JSON.stringify(options)})`, () => {
      const scheduled = options.learningRate === "cosine" && { learningRate: cosine({ initial: 0.1 }) };
      const transform = factories[optimizer]({ ...options, ...scheduled } as never);
      const actual = takeSteps(transform, fixture.start, fixture.gradients, fixture.shapes);
      expected.forEach((weights, step) => {
        for (const [name, values] of Object.entries(weights)) {
          expectClose(actual[step][name], values, { what: `${name} after step ${step}` });
        }
      });
    });
  }
});
