import * as tf from "@tensorflow/tfjs-core";
import { beforeAll, expect, test } from "vitest";
// By path: packages/testing depends on this package, and a package can't name what depends on it.
import { cpu, expectNoLeak } from "../../testing/src/index.js";
import { takeIf } from "./take-if.js";

beforeAll(async () => void (await cpu().init()));

test.each([0, 1])("takes one of two lists of tensors: %s", async (taken) => {
  await expectNoLeak(() => {
    const next = { a: tf.tensor1d([1, NaN]), b: tf.tensor1d([3], "int32"), empty: tf.zeros([0, 2]) };
    const before = { a: tf.tensor1d([-1, 2]), b: tf.tensor1d([-3], "int32"), empty: tf.zeros([0, 2]) };
    const condition = tf.scalar(taken);
    const result = takeIf(condition, next, before);
    expect([...result.a.dataSync()]).toEqual(taken ? [1, NaN] : [-1, 2]);
    expect(result.b.dtype).toBe("int32");
    expect([...result.b.dataSync()]).toEqual(taken ? [3] : [-3]);
    expect(result.empty.shape).toEqual([0, 2]);
    tf.dispose([condition, result] as tf.TensorContainer);
  });
  expect(takeIf(tf.scalar(taken), {}, {})).toEqual({});
});
