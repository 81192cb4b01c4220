import { cpu, expectClose, expectCloseScalar } from "@contrastive/testing";
import { beforeAll, expect, test } from "vitest";
import { evaluate } from "../test/check.js";
import fixture from "../fixtures/pairs.json" with { type: "json" };
import { plugins } from "./index.js";

beforeAll(async () => void (await cpu().init()));

const [batch, views, dim] = fixture.shape;

test.each(fixture.cases)("$loss $options equals pytorch-metric-learning", (reference) => {
  const factory = plugins.loss[reference.loss as keyof typeof plugins.loss];
  // The fixture's options are of the factory that it names.
  const loss = factory(reference.options as never);
  const x = loss.needs.unitLength ? fixture.unit : fixture.free;
  // N pairs are of N classes.
  const labels = reference.loss === "n-pairs" ? fixture.labels.map((_, i) => i) : fixture.labels;
  const { value, gradient } = evaluate(loss, { shape: [batch, views, dim], x, labels });
  expectCloseScalar(value, reference.value);
  const comparable = loss.needs.unitLength ? tangent(gradient, x) : gradient;
  expectClose(comparable, reference.gradient, { what: "gradient" });
});

test("the reference covers every option's every word", () => {
  expect(new Set(fixture.cases.map(({ loss }) => loss)).size).toBe(7);
});

/** Without the part along each row, which scaling to unit length takes away. */
function tangent(gradient: ArrayLike<number>, x: readonly number[]): Float64Array {
  return Float64Array.from(gradient, (v, i) => {
    const from = i - (i % dim);
    let along = 0;
    for (let k = from; k < from + dim; k++) along += gradient[k] * x[k];
    return v - along * x[i];
  });
}
