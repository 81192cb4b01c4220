import * as tf from "@tensorflow/tfjs-core";
import { tripletSums } from "@contrastive/ops";
import { beforeAll, describe, expect, test } from "vitest";
// By path: the tests of an operation are not public.
import { batchOf, pairSumsCases, tripletSumsCases } from "../../../../ops/test/pair-cases.js";
import {
  gradientOfPairs,
  gradientOfTriplets,
  pairSuites,
  tensors,
} from "../../../../ops/test/pair-suites.js";
import { wasm } from "../../wasm.js";

/** Vectors have 4 columns, sums 512, tasks 2^14 and tiles 2^20. */
const batches = {
  "one row": batchOf(1, 3, 1),
  "2 rows": batchOf(2, 3, 1),
  "7 rows": batchOf(7, 8, 3),
  "65 rows, all distinct": batchOf(65, 3, 65),
  "65 rows, one class": batchOf(65, 5, 1),
  "130 rows, each one's twin": batchOf(130, 9, 65),
  "131 rows, two classes": batchOf(131, 6, 2),
};

const large = {
  // Few positives, so that no triplet of a reference in float64 is within rounding of the margin.
  "530 rows": batchOf(530, 20, 177),
  "1100 rows": { ...batchOf(1100, 5, 1), labels: Array.from({ length: 1100 }, (_, i) => i % 550) },
};

describe.each([true, false])("relaxed SIMD %s", (relaxedSimd) => {
  beforeAll(async () => void (await wasm({ relaxedSimd }).init()));

  pairSuites(relaxedSimd ? { ...batches, ...large } : batches);

  test("labels are told apart by all their 32 bits", () => {
    const batch = batchOf(12, 4, 3);
    const labels = batch.labels.map((label) => [0, 2 ** 31 - 1, -(2 ** 31)][label]);
    const [plain, wide] = [batch, { ...batch, labels }].map((batch) =>
      tf.tidy(() => {
        const { x, labels } = tensors(batch);
        return [...tripletSums(x, labels, Object.values(tripletSumsCases)[0]).sums.dataSync()];
      }),
    );
    expect(wide).toEqual(plain);
  });

  test("what is not a number stays so", () => {
    const batch = batchOf(12, 4, 3);
    const x = Float32Array.from(batch.x);
    x[5] = Number.NaN;
    const ones = new Float32Array(12).fill(1);
    tf.tidy(() => {
      for (const attributes of Object.values(pairSumsCases)) {
        expect(hasNaN(gradientOfPairs({ ...batch, x }, attributes, ones, ones))).toBe(true);
      }
      for (const [name, attributes] of Object.entries(tripletSumsCases)) {
        const { x: embeddings, labels } = tensors({ ...batch, x });
        const { sums } = tripletSums(embeddings, labels, attributes);
        if (!name.startsWith("hard")) expect(hasNaN(sums)).toBe(true);
        expect(hasNaN(gradientOfTriplets({ ...batch, x }, attributes, ones))).toBe(true);
      }
    });
  });
});

test("the bits do not depend on the number of threads", async () => {
  const [one, three] = [await bitsOn(1), await bitsOn(3)];
  expect(three).toEqual(one);
});

async function bitsOn(threads: number): Promise<number[][]> {
  await wasm({ threads }).init();
  const batch = large["530 rows"];
  const ones = new Float32Array(530).fill(1);
  return tf.tidy(() => {
    const gradients = [
      ...Object.values(pairSumsCases).map((attributes) => gradientOfPairs(batch, attributes, ones, ones)),
      ...Object.values(tripletSumsCases).map((attributes) => gradientOfTriplets(batch, attributes, ones)),
    ];
    return gradients.map((gradient) => [...gradient.dataSync()]);
  });
}

function hasNaN(x: tf.Tensor): boolean {
  return [...x.dataSync()].some(Number.isNaN);
}
