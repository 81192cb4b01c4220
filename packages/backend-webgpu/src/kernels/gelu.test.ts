import { gelu } from "@contrastive/ops";
import { expectClose, expectNoLeak, seededValues } from "@contrastive/testing";
import * as tf from "@tensorflow/tfjs-core";
import { describe, expect, test } from "vitest";
import { describeOnGpu } from "../../test/gpu.js";
import { valueAndGradients } from "../../test/value-and-gradients.js";

/** Vectors and scalars, of one workgroup and of several. */
const sizes = [0, 1, 3, 4, 5, 1024, 2051];

const density = (x: number) => Math.exp(-x * x * 0.5) / Math.sqrt(2 * Math.PI);

/** Φ on [-8, 8] in steps of 2^-10 by Simpson's rule; between them it is a parabola. */
const step = 2 ** -10;
const table = [0];
for (let x = -8; x < 8; x += step) {
  const part = (step / 6) * (density(x) + 4 * density(x + step / 2) + density(x + step));
  table.push(table[table.length - 1] + part);
}
function distribution(x: number): number {
  const i = Math.round((x + 8) / step);
  const at = i * step - 8;
  const rest = x - at;
  return table[i] + rest * density(at) * (1 - (at * rest) / 2);
}

const root = Math.sqrt(2 / Math.PI);
const inner = (x: number) => root * (x + 0.044715 * x ** 3);

const forms = {
  erf: {
    y: (x: number) => x * distribution(x),
    slope: (x: number) => distribution(x) + x * density(x),
  },
  tanh: {
    y: (x: number) => 0.5 * x * (1 + Math.tanh(inner(x))),
    slope: (x: number) =>
      0.5 * (1 + Math.tanh(inner(x))) +
      (0.5 * x * root * (1 + 3 * 0.044715 * x * x)) / Math.cosh(inner(x)) ** 2,
  },
};

describeOnGpu("GELU", () => {
  describe.each(["erf", "tanh"] as const)("by %s", (form) => {
    const run = (x: tf.Tensor) => gelu(x, { form });

    test.each(sizes)("of %d values", async (size) => {
      const x = seededValues("x", size).map((u) => 6 * u);
      const dy = seededValues("dy", size);
      const { y, slope } = forms[form];
      await expectNoLeak(async () => {
        const input = tf.tensor1d(x);
        const output = await valueAndGradients(run, [input], dy);
        expectClose(output.value, Float64Array.from(x, y), { what: "y" });
        const dx = Float64Array.from(x, (value, i) => dy[i] * slope(value));
        expectClose(output.gradients[0], dx, { what: "dx" });
        const one = size === 0 ? 0 : 1;
        expect(output.dispatches).toEqual({ forward: one, backward: one });
        expect(await valueAndGradients(run, [input], dy), "the second time").toEqual(output);
        input.dispose();
      });
    });

    test("far out it is 0 and x, and NaN stays NaN", async () => {
      const tensor = tf.tidy(() => run(tf.tensor1d([-1e20, -100, 0, 100, 1e20, Infinity, Number.NaN])));
      // Not toEqual: it tells -0 from 0.
      const [least, low, zero, ...others] = await tensor.data();
      expect([Math.abs(least), Math.abs(low), zero]).toEqual([0, 0, 0]);
      expect(others).toEqual([100, Math.fround(1e20), Infinity, Number.NaN]);
      tensor.dispose();
    });
  });
});
