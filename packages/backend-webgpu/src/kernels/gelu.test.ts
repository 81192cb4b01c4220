import { gelu } from "@contrastive/ops";
import { expectClose, expectNoLeak, seededValues } from "@contrastive/testing";
import * as tf from "@tensorflow/tfjs-core";
import { describe, expect, test } from "vitest";
import { describeOnGpu } from "../../test/gpu.js";
import { valueAndGradients } from "../../test/value-and-gradients.js";
// By path: loops are not public.
import { forms } from "../../../testing/src/loops/gelu.js";

/** Vectors and scalars, of one workgroup and of several. */
const sizes = [0, 1, 3, 4, 5, 1024, 2051];

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
