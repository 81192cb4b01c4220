import { expectNoLeak } from "@contrastive/testing";
import * as tf from "@tensorflow/tfjs-core";
import { expect, test } from "vitest";
import { counting } from "../../test/counting.js";
import { describeOnGpu } from "../../test/gpu.js";

/** As the stock kernel counts; a workgroup has 256 threads. */
const cases = [
  { start: 0, stop: 5, step: 1, expected: [0, 1, 2, 3, 4] },
  { start: 3, stop: 10, step: 3, expected: [3, 6, 9] },
  { start: 4, stop: 1, step: 1, expected: [4, 3, 2] },
  { start: 4, stop: -3, step: -2, expected: [4, 2, 0, -2] },
  { start: 4, stop: 4, step: 1, expected: [] },
  { start: 0, stop: 4, step: -1, expected: [] },
  { start: 4, stop: 0, step: 2, expected: [] },
  { start: 7, stop: 1007, step: 1, expected: Array.from({ length: 1000 }, (_, i) => 7 + i) },
  { start: 2 ** 24 + 1, stop: 2 ** 24 + 4, step: 1, expected: [2 ** 24 + 1, 2 ** 24 + 2, 2 ** 24 + 3] },
];

describeOnGpu("a range", () => {
  test.each(cases)("from $start to $stop by $step", async ({ start, stop, step, expected }) => {
    await expectNoLeak(async () => {
      for (const dtype of ["float32", "int32"] as const) {
        const { result, uploads } = counting(() => tf.range(start, stop, step, dtype));
        expect(result.dtype).toBe(dtype);
        const exact = dtype === "int32" ? expected : expected.map(Math.fround);
        if (dtype === "int32" || start < 2 ** 24) expect([...(await result.data())]).toEqual(exact);
        expect(uploads).toEqual([]);
        result.dispose();
      }
    });
  });

  test("of fractions", async () => {
    const x = tf.range(-1, 1, 0.3);
    expect(x.shape).toEqual([7]);
    (await x.data()).forEach((value, i) => expect(value).toBeCloseTo(-1 + 0.3 * i, 6));
    x.dispose();
  });
});
