import * as tf from "@tensorflow/tfjs-core";
import { expectClose, expectNoLeak, seededValues } from "@contrastive/testing";
import { beforeAll, describe, expect, test } from "vitest";
import { wasm } from "../../wasm.js";

/** Tasks are segments of 2^15 values on average. */
const cases = [
  { ids: [2, 0, 2, 2, 3], row: [], segments: 5 },
  { ids: [0, 1], row: [3], segments: 0 },
  { ids: [], row: [3], segments: 4 },
  { ids: [1, 0], row: [0], segments: 2 },
  { ids: [-1, 7, 1, 3, 1], row: [5], segments: 3 },
  { ids: [1, 1, 0, 1], row: [2, 3], segments: 2 },
  { ids: Array.from({ length: 700 }, (_, i) => (i * 37) % 11), row: [130], segments: 11 },
  { ids: Array.from({ length: 50 }, (_, i) => (i * 991) % 3000), row: [33], segments: 3000 },
];

describe.each([true, false])("sums of segments, relaxed SIMD %s", (relaxedSimd) => {
  beforeAll(async () => void (await wasm({ relaxedSimd }).init()));

  test.each(cases)("of $ids.length rows of [$row] to $segments", async ({ ids, row, segments }) => {
    const columns = row.reduce((product, size) => product * size, 1);
    const values = seededValues("x", ids.length * columns);
    const expected = new Float64Array(segments * columns);
    ids.forEach((segment, i) => {
      if (segment < 0 || segment >= segments) return;
      for (let c = 0; c < columns; c++) expected[segment * columns + c] += values[i * columns + c];
    });
    await expectNoLeak(() =>
      tf.tidy(() => {
        const x = tf.tensor(values, [ids.length, ...row]);
        const sums = tf.unsortedSegmentSum(x, tf.tensor1d(ids, "int32"), segments);
        expect(sums.shape).toEqual([segments, ...row]);
        expectClose(sums.dataSync(), expected);
      }),
    );
  });

  test("of integers are floats, as on tfjs's other backends", () => {
    tf.tidy(() => {
      const x = tf.tensor1d([1, 2, 3], "int32");
      const sums = tf.unsortedSegmentSum(x, tf.tensor1d([1, 1, 0], "int32"), 2);
      expect(sums.dtype).toBe("float32");
      expect([...sums.dataSync()]).toEqual([3, 3]);
    });
  });

  test("the gradient of gathering an index twice is a sum", () => {
    tf.tidy(() => {
      const x = tf.tensor2d(seededValues("x", 12), [4, 3]);
      const indices = tf.tensor1d([2, 0, 2], "int32");
      const dx = tf.grad((y: tf.Tensor) => tf.gather(y, indices))(x);
      expect([...dx.dataSync()]).toEqual([1, 1, 1, 0, 0, 0, 2, 2, 2, 0, 0, 0]);
    });
  });
});
