import * as tf from "@tensorflow/tfjs-core";
import { describe, expect, test } from "vitest";
// By path: packages/testing depends on this package, and a package can't name what depends on it.
import { expectClose, expectNoLeak, seededValues } from "../../testing/src/index.js";
import { pairSums, type PairSumsAttributes } from "../src/pair-sums.js";
import { tripletSums, type TripletSumsAttributes } from "../src/triplet-sums.js";
import { pairSumsCases, tripletSumsCases } from "./pair-cases.js";
import { type Batch, pairSumsInLoops, tripletSumsInLoops } from "./pairs-in-loops.js";

/** Tests of both operations on the active backend against loops in float64. */
export function pairSuites(batches: Record<string, Batch>): void {
  describe.each(Object.entries(batches))("of %s", (_name, batch) => {
    const n = batch.labels.length;
    const dPositives = seededValues("positives", n);
    const dNegatives = seededValues("negatives", n);

    test.each(Object.entries(pairSumsCases))("%s", (_name, attributes) => {
      const { dx, ...expected } = pairSumsInLoops(batch, attributes, { dPositives, dNegatives });
      tf.tidy(() => {
        const { x, labels } = tensors(batch);
        const actual = pairSums(x, labels, attributes);
        for (const name of ["positives", "negatives"] as const) {
          expectSame(actual[name].dataSync(), expected[name], name);
        }
        for (const name of ["positiveCount", "negativeCount"] as const) {
          expect([...actual[name].dataSync()]).toEqual(expected[name]);
        }
        const gradient = gradientOfPairs(batch, attributes, dPositives, dNegatives);
        expectSame(gradient.dataSync(), dx, "gradient");
      });
    });

    test.each(Object.entries(tripletSumsCases))("%s", (_name, attributes) => {
      const { dx, ...expected } = tripletSumsInLoops(batch, attributes, dPositives);
      tf.tidy(() => {
        const { x, labels } = tensors(batch);
        const actual = tripletSums(x, labels, attributes);
        expectSame(actual.sums.dataSync(), expected.sums, "sums");
        expect([...actual.active.dataSync()]).toEqual(expected.active);
        expect([...actual.possible.dataSync()]).toEqual(expected.possible);
        expectSame(gradientOfTriplets(batch, attributes, dPositives).dataSync(), dx, "gradient");
      });
    });
  });

  const strange: Record<string, Batch> = {
    "zero rows": { ...equalRows(0), labels: [0, 1, 0, 1, 2] },
    "equal rows": { ...equalRows(0.37), labels: [0, 1, 0, 1, 2] },
    "equal rows of one class": { ...equalRows(0.37), labels: [3, 3, 3, 3, 3] },
    "long rows": { ...batchOfLength(300), labels: [0, 1, 0, 1, 1] },
    "tiny rows": { ...batchOfLength(1e-20), labels: [0, 1, 0, 1, 1] },
  };

  describe.each(Object.entries(strange))("of %s all is finite", (_name, batch) => {
    const ones = new Float32Array(5).fill(1);

    test.each(Object.entries(pairSumsCases))("%s", (_name, attributes) => {
      tf.tidy(() => {
        const { x, labels } = tensors(batch);
        const { positives, negatives } = pairSums(x, labels, attributes);
        for (const tensor of [positives, negatives, gradientOfPairs(batch, attributes, ones, ones)]) {
          expect([...tensor.dataSync()].every(Number.isFinite)).toBe(true);
        }
      });
    });

    test.each(Object.entries(tripletSumsCases))("%s", (_name, attributes) => {
      tf.tidy(() => {
        const { x, labels } = tensors(batch);
        const { sums } = tripletSums(x, labels, attributes);
        for (const tensor of [sums, gradientOfTriplets(batch, attributes, ones)]) {
          expect([...tensor.dataSync()].every(Number.isFinite)).toBe(true);
        }
      });
    });
  });

  test("leaks nothing", async () => {
    const batch = Object.values(batches)[0];
    const ones = new Float32Array(batch.labels.length).fill(1);
    await expectNoLeak(() => {
      for (const attributes of Object.values(pairSumsCases)) {
        gradientOfPairs(batch, attributes, ones, ones).dispose();
      }
      for (const attributes of Object.values(tripletSumsCases)) {
        gradientOfTriplets(batch, attributes, ones).dispose();
      }
    });
  });
}

export function tensors({ x, dim, labels }: Batch) {
  return {
    x: tf.tensor2d(Float32Array.from(x), [labels.length, dim]),
    labels: tf.tensor1d([...labels], "int32"),
  };
}

export function gradientOfPairs(
  batch: Batch,
  attributes: PairSumsAttributes,
  dPositives: Float32Array,
  dNegatives: Float32Array,
): tf.Tensor {
  return tf.tidy(() => {
    const { x, labels } = tensors(batch);
    return tf.grad((x: tf.Tensor) => {
      const { positives, negatives } = pairSums(x as tf.Tensor2D, labels, attributes);
      const weighted = [
        tf.mul(positives, tf.tensor1d(dPositives)),
        tf.mul(negatives, tf.tensor1d(dNegatives)),
      ];
      return tf.add(tf.sum(weighted[0]), tf.sum(weighted[1]));
    })(x);
  });
}

export function gradientOfTriplets(
  batch: Batch,
  attributes: TripletSumsAttributes,
  dSums: Float32Array,
): tf.Tensor {
  return tf.tidy(() => {
    const { x, labels } = tensors(batch);
    return tf.grad((x: tf.Tensor) =>
      tf.sum(tf.mul(tripletSums(x as tf.Tensor2D, labels, attributes).sums, tf.tensor1d(dSums))),
    )(x);
  });
}

/** Where the reference is zero but for its own rounding, the actual values must be zero but for theirs. */
function expectSame(actual: ArrayLike<number>, expected: ArrayLike<number>, what: string): void {
  const reference = Float64Array.from(expected, (v) => (Math.abs(v) < 1e-9 ? 0 : v));
  const tolerance = reference.every((v) => v === 0) ? 1e-6 : 1e-5;
  expectClose(actual, reference, { what, tolerance });
}

function equalRows(value: number): Batch {
  return { x: new Float32Array(15).fill(value), dim: 3, labels: [] };
}

function batchOfLength(length: number): Batch {
  return { x: seededValues("rows", 15).map((v) => length * v), dim: 3, labels: [] };
}
