import { logSoftmax } from "@contrastive/ops";
import { expectClose, expectNoLeak, seededValues } from "@contrastive/testing";
import * as tf from "@tensorflow/tfjs-core";
import { describe, expect, test } from "vitest";
import { describeOnGpu } from "../../test/gpu.js";
import { valueAndGradients } from "../../test/value-and-gradients.js";

/** Columns around the width of a vector; rows that share a workgroup and rows that take one in several rounds. */
const shapes = [[1], [3, 1], [2, 3, 3], [5, 4], [7, 5], [3, 8], [2, 3, 65, 65], [2, 1001], [2, 4004], [0, 4]];

const ops = {
  softmax: {
    op: (x: tf.Tensor) => tf.softmax(x),
    value: (log: number) => Math.exp(log),
    gradient: (log: number, dy: number, _: number, along: number) => Math.exp(log) * (dy - along),
  },
  logSoftmax: {
    op: (x: tf.Tensor) => logSoftmax(x),
    value: (log: number) => log,
    gradient: (log: number, dy: number, sum: number) => dy - Math.exp(log) * sum,
  },
};

describeOnGpu("rows", () => {
  describe.each(["softmax", "logSoftmax"] as const)("%s", (name) => {
    const { op, value, gradient } = ops[name];

    test.each(shapes.map((shape) => ({ shape })))("of $shape, and its gradient", async ({ shape }) => {
      const size = shape.reduce((a, b) => a * b);
      const n = shape[shape.length - 1];
      // Large enough to overflow without a shift.
      const x = seededValues("x", size).map((u) => 1000 + 5 * u);
      const dy = seededValues("dy", size);
      const y = new Float64Array(size);
      const dx = new Float64Array(size);
      for (let from = 0; from < size; from += n) {
        const row = Array.from(x.subarray(from, from + n));
        const total = Math.log(row.reduce((sum, value) => sum + Math.exp(value - 1000), 0)) + 1000;
        const logs = row.map((value) => value - total);
        const sum = logs.reduce((sum, _, i) => sum + dy[from + i], 0);
        const along = logs.reduce((sum, log, i) => sum + dy[from + i] * Math.exp(log), 0);
        logs.forEach((log, i) => {
          y[from + i] = value(log);
          dx[from + i] = gradient(log, dy[from + i], sum, along);
        });
      }
      await expectNoLeak(async () => {
        const input = tf.tensor(x, shape);
        const output = await valueAndGradients(op, [input], dy);
        expect(output.shape).toEqual(shape);
        expectClose(output.value, y);
        expectClose(output.gradients[0], dx);
        const one = size === 0 ? 0 : 1;
        expect(output.dispatches).toEqual({ forward: one, backward: one });
        expect(await valueAndGradients(op, [input], dy), "the second time").toEqual(output);
        input.dispose();
      });
    });

    test.each([1, 2, 3, 4, 5, 9])("of a row of %d with NaN is NaN, the others are not", async (n) => {
      for (let at = 0; at < n; at++) {
        const x = new Float32Array(3 * n).fill(1);
        x[n + at] = Number.NaN;
        const y = tf.tidy(() => op(tf.tensor2d(x, [3, n])));
        const rows = [...(await y.data())].map(Number.isNaN);
        expect(rows).toEqual(Array.from({ length: 3 * n }, (_, i) => i >= n && i < 2 * n));
        y.dispose();
      }
    });

    test("of minus infinity is that of nothing", async () => {
      const tensor = tf.tidy(() => op(tf.tensor1d([-Infinity, 0, -Infinity, 0, -Infinity])));
      const y = await tensor.data();
      expectClose([y[1], y[3]], [value(Math.log(0.5)), value(Math.log(0.5))]);
      expect([y[0], y[2], y[4]]).toEqual(Array(3).fill(value(-Infinity)));
      tensor.dispose();
    });
  });
});
