import * as tf from "@tensorflow/tfjs-core";
import { layerNorm } from "@contrastive/ops";
import { expectClose, expectNoLeak, seededValues } from "@contrastive/testing";
import { beforeAll, describe, expect, test } from "vitest";
import { wasm } from "../../wasm.js";
// By path: loops are not public.
import { epsilon, inLoops } from "../../../../testing/src/loops/layer-norm.js";

/** Features around the width of a vector; tasks are 2^14 values. */
const shapes = [[1], [3, 1], [2, 3, 3], [5, 4], [7, 5], [33, 8], [2, 65, 192], [3, 20_000], [0, 4]];

describe.each([true, false])("layer normalisation, relaxed SIMD %s", (relaxedSimd) => {
  beforeAll(async () => void (await wasm({ relaxedSimd }).init()));

  test.each(shapes.map((shape) => ({ shape })))("of $shape", async ({ shape }) => {
    const size = shape.reduce((a, b) => a * b);
    const n = shape[shape.length - 1];
    // Off zero, where a variance by E[x²] − E[x]² would lose digits.
    const x = seededValues("x", size).map((u) => u + 5);
    const [scale, offset] = [seededValues("scale", n), seededValues("offset", n)];
    const dy = seededValues("dy", size);
    const expected = inLoops(x, scale, offset, dy);
    await expectNoLeak(() =>
      tf.tidy(() => {
        const inputs = [tf.tensor(x, shape), tf.tensor1d(scale), tf.tensor1d(offset)];
        const y = run(...inputs);
        expect(y.shape).toEqual(shape);
        expectClose(y.dataSync(), expected.y, { what: "y" });
        const gradients = tf.grads(run)(inputs, tf.tensor(dy, shape));
        for (const [i, what] of (["dx", "dScale", "dOffset"] as const).entries()) {
          expectClose(gradients[i].dataSync(), expected[what], { what });
        }
      }),
    );
  });
});

function run(...[x, scale, offset]: tf.Tensor[]): tf.Tensor {
  return layerNorm({ x, scale, offset }, { epsilon });
}
