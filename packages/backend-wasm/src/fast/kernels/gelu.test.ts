import * as tf from "@tensorflow/tfjs-core";
import { gelu } from "@contrastive/ops";
import { expectClose, expectNoLeak, seededValues } from "@contrastive/testing";
import { beforeAll, describe, expect, test } from "vitest";
import { wasm } from "../../wasm.js";
// By path: loops are not public.
import { forms } from "../../../../testing/src/loops/gelu.js";

/** A task is 2^13 values. */
const sizes = [0, 1, 3, 4, 5, 2 ** 13, 2 ** 13 + 3, 3 * 2 ** 13 - 1];

describe.each([true, false])("GELU, relaxed SIMD %s", (relaxedSimd) => {
  beforeAll(async () => void (await wasm({ relaxedSimd }).init()));

  describe.each(["erf", "tanh"] as const)("by %s", (form) => {
    const run = (x: tf.Tensor) => gelu(x, { form });

    test.each(sizes)("of %d values", async (size) => {
      const x = seededValues("x", size).map((u) => 6 * u);
      const dy = seededValues("dy", size);
      const { y, slope } = forms[form];
      await expectNoLeak(() =>
        tf.tidy(() => {
          expectClose(run(tf.tensor1d(x)).dataSync(), Float64Array.from(x, y));
          const gradient = tf.grad(run)(tf.tensor1d(x), tf.tensor1d(dy));
          expectClose(
            gradient.dataSync(),
            Float64Array.from(x, (value, i) => dy[i] * slope(value)),
          );
        }),
      );
    });

    test("far out it is 0 and x, and NaN stays NaN", () => {
      tf.tidy(() => {
        const y = run(tf.tensor1d([-1e20, -100, 0, 100, 1e20, Infinity, NaN]));
        // Not toEqual: it tells -0 from 0.
        const [least, low, zero, ...others] = y.dataSync();
        expect([Math.abs(least), Math.abs(low), zero]).toEqual([0, 0, 0]);
        expect(others).toEqual([100, Math.fround(1e20), Infinity, NaN]);
      });
    });
  });
});
