import { layerNorm } from "@contrastive/ops";
import { expectClose, expectNoLeak, seededValues } from "@contrastive/testing";
import * as tf from "@tensorflow/tfjs-core";
import { expect, test } from "vitest";
import { describeOnGpu } from "../../test/gpu.js";
import { valueAndGradients } from "../../test/value-and-gradients.js";

const epsilon = 1e-3;

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

function inLoops(x: Float32Array, scale: Float32Array, offset: Float32Array, dy: Float32Array) {
  const n = scale.length;
  const [y, dx] = [new Float64Array(x.length), new Float64Array(x.length)];
  const [dScale, dOffset] = [new Float64Array(n), new Float64Array(n)];
  for (let from = 0; from < x.length; from += n) {
    const row = Array.from(x.subarray(from, from + n));
    const mean = row.reduce((sum, value) => sum + value, 0) / n;
    const deviation = Math.sqrt(row.reduce((sum, value) => sum + (value - mean) ** 2, 0) / n + epsilon);
    const normal = row.map((value) => (value - mean) / deviation);
    const g = normal.map((_, i) => dy[from + i] * scale[i]);
    const meanG = g.reduce((sum, value) => sum + value, 0) / n;
    const along = g.reduce((sum, value, i) => sum + value * normal[i], 0) / n;
    for (let i = 0; i < n; i++) {
      y[from + i] = normal[i] * scale[i] + offset[i];
      dx[from + i] = (g[i] - meanG - normal[i] * along) / deviation;
      dScale[i] += dy[from + i] * normal[i];
      dOffset[i] += dy[from + i];
    }
  }
  return { y, dx, dScale, dOffset };
}
