import { layerNorm } from "@contrastive/ops";
import { expectClose, expectNoLeak, seededValues } from "@contrastive/testing";
import * as tf from "@tensorflow/tfjs-core";
import { expect, test } from "vitest";
import { describeOnGpu } from "../../test/gpu.js";
import { valueAndGradients } from "../../test/value-and-gradients.js";
// By path: loops are not public.
import { epsilon, inLoops } from "../../../testing/src/loops/layer-norm.js";

/** Features around the width of a vector; rows that share a workgroup and rows that take one in several rounds. */
const shapes = [[1], [3, 1], [2, 3, 3], [5, 4], [7, 5], [33, 8], [2, 65, 192], [3, 2500], [2, 1001]];

describeOnGpu("layer normalisation", () => {
  test.each(shapes.map((shape) => ({ shape })))("of $shape", async ({ shape }) => {
    const size = shape.reduce((a, b) => a * b);
    const n = shape[shape.length - 1];
    // Off zero, where a variance by E[x²] − E[x]² would lose digits.
    const x = seededValues("x", size).map((u) => u + 5);
    const [scale, offset] = [seededValues("scale", n), seededValues("offset", n)];
    const dy = seededValues("dy", size);
    const expected = inLoops(x, scale, offset, dy);
    await expectNoLeak(async () => {
      const inputs = [tf.tensor(x, shape), tf.tensor1d(scale), tf.tensor1d(offset)];
      const output = await valueAndGradients(run, inputs, dy);
      expect(output.shape).toEqual(shape);
      expectClose(output.value, expected.y, { what: "y" });
      expectClose(output.gradients[0], expected.dx, { what: "dx" });
      expectClose(output.gradients[1], expected.dScale, { what: "dScale" });
      expectClose(output.gradients[2], expected.dOffset, { what: "dOffset" });
      expect(output.dispatches).toEqual({ forward: 1, backward: 3 });
      expect(await valueAndGradients(run, inputs, dy), "the second time").toEqual(output);
      tf.dispose(inputs);
    });
  });

  test("of no rows", async () => {
    const inputs = [tf.zeros([0, 4]), tf.ones([4]), tf.ones([4])];
    const { value, gradients } = await valueAndGradients(run, inputs, new Float32Array(0));
    expect([value, ...gradients].map((values) => [...values])).toEqual([[], [], [0, 0, 0, 0], [0, 0, 0, 0]]);
    tf.dispose(inputs);
  });

  test("NaN stays in its row", async () => {
    const x = seededValues("x", 3 * 8);
    x[13] = Number.NaN;
    const inputs = [tf.tensor2d(x, [3, 8]), tf.ones([8]), tf.ones([8])];
    const { value, gradients } = await valueAndGradients(run, inputs, seededValues("dy", 24));
    const rows = Array.from(x, (_, i) => i >= 8 && i < 16);
    expect([...value].map(Number.isNaN)).toEqual(rows);
    expect([...gradients[0]].map(Number.isNaN)).toEqual(rows);
    tf.dispose(inputs);
  });
});

function run(...[x, scale, offset]: tf.Tensor[]): tf.Tensor {
  return layerNorm({ x, scale, offset }, { epsilon });
}
