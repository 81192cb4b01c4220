import { cpu, expectClose } from "@contrastive/testing";
import fc from "fast-check";
import { beforeAll, expect, it } from "vitest";
import { updateOnce } from "../test/take-steps.js";
import { clipByGlobalNorm } from "./index.js";

beforeAll(async () => void (await cpu().init()));

const weights = { a: [0, 0], b: [0, 0, 0] };

it("keeps the direction of all gradients together, and shortens them to the greatest norm if they are longer", () => {
  const component = fc.double({ min: -100, max: 100, noNaN: true }).map(Math.fround);
  fc.assert(
    fc.property(
      fc.tuple(component, component),
      fc.tuple(component, component, component),
      fc.double({ min: 0.01, max: 300, noNaN: true }),
      (a, b, maxNorm) => {
        const clipped = updateOnce(clipByGlobalNorm({ maxNorm }), weights, { a, b });
        const norm = Math.hypot(...a, ...b);
        const factor = norm > maxNorm ? maxNorm / norm : 1;
        expectClose(
          [...clipped.a, ...clipped.b],
          [...a, ...b].map((value) => value * factor),
          { tolerance: 1e-6 },
        );
      },
    ),
    { numRuns: 50, seed: 1 },
  );
});

it("does not touch gradients that are short enough", () => {
  const gradients = { a: [3, 0], b: [0, 4, 0] };
  expect(updateOnce(clipByGlobalNorm({ maxNorm: 5 }), weights, gradients)).toEqual(gradients);
});

it.each([NaN, Infinity])("does not hide a gradient of %s", (bad) => {
  const clipped = updateOnce(clipByGlobalNorm(), weights, { a: [bad, 1], b: [1, 1, 1] });
  expect(clipped.a[0]).toBeNaN();
});
