import * as tf from "@tensorflow/tfjs-core";
import { beforeAll, describe, expect, test } from "vitest";
// By path: packages/testing depends on this package, and a package can't name what depends on it.
import { cpu, finiteDifference, relativeError, seededValues } from "../../testing/src/index.js";
import { batchOf, pairSumsCases, tripletSumsCases } from "../test/pair-cases.js";
import { pairSuites } from "../test/pair-suites.js";
import { pairSumsInLoops, tripletSumsInLoops } from "../test/pairs-in-loops.js";
import { pairSumsOfTile, pairSumsOfTileGrad } from "./pair-sums/tile.js";
import { tripletSumsOfTile, tripletSumsOfTileGrad } from "./triplet-sums/tile.js";

describe("pairSums and tripletSums", () => {
  beforeAll(async () => void (await cpu().init()));

  pairSuites({
    "12 rows": batchOf(12, 4, 3),
    "50 rows": batchOf(50, 7, 6),
    "one row": batchOf(1, 3, 1),
    "one class": batchOf(5, 3, 1),
    "all distinct": batchOf(5, 3, 5),
    "rows of several lengths": {
      ...batchOf(9, 4, 2),
      x: Float32Array.from(batchOf(9, 4, 2).x, (v, i) => v * (1 + 0.1 * Math.floor(i / 4))),
    },
  });
});

describe("the rows of a tile in the middle are those of the whole", () => {
  beforeAll(async () => void (await cpu().init()));

  const { x, dim, labels } = batchOf(11, 4, 3);
  const [begin, rows] = [4, 5];
  const ones = new Float32Array(11).fill(1);
  const ofRows = (tensor: tf.Tensor) => [...tf.slice(tensor, begin, rows).dataSync()];

  /** What both kernels of a tile say of all rows, and of some. */
  function expectRows(
    outputsOf: (products: tf.Tensor2D, begin: number) => tf.Tensor[],
    embeddings: tf.Tensor2D,
  ): void {
    const products = tf.matMul(embeddings, embeddings, false, true) as tf.Tensor2D;
    const whole = outputsOf(products, 0).map(ofRows);
    const some = outputsOf(tf.slice2d(products, [begin, 0], [rows, -1]), begin);
    expect(some.map((tensor) => [...tensor.dataSync()])).toEqual(whole);
  }

  function tensors() {
    const embeddings = tf.tensor2d(Float32Array.from(x), [labels.length, dim]);
    return {
      embeddings,
      shared: {
        squares: tf.sum<tf.Tensor1D>(tf.square(embeddings), 1),
        labels: tf.tensor1d([...labels], "int32"),
      },
    };
  }

  test.each(Object.entries(pairSumsCases))("%s", (_name, attributes) => {
    tf.tidy(() => {
      const { embeddings, shared } = tensors();
      const sumsOf = (products: tf.Tensor2D, begin: number) =>
        pairSumsOfTile({ products, ...shared }, { ...attributes, begin }) as tf.Tensor1D[];
      expectRows(sumsOf, embeddings);
      const all = sumsOf(tf.matMul(embeddings, embeddings, false, true) as tf.Tensor2D, 0);
      const [positives, negatives, , , leastPositive, largestNegative] = all;
      const statistics = { positives, negatives, leastPositive, largestNegative };
      const given = { dPositives: tf.tensor1d(ones), dNegatives: tf.tensor1d(ones) };
      expectRows(
        (products, begin) =>
          pairSumsOfTileGrad({ products, ...shared, ...statistics, ...given }, { ...attributes, begin }),
        embeddings,
      );
    });
  });

  test.each(Object.entries(tripletSumsCases))("%s", (_name, attributes) => {
    tf.tidy(() => {
      const { embeddings, shared } = tensors();
      expectRows(
        (products, begin) => tripletSumsOfTile({ products, ...shared }, { ...attributes, begin }),
        embeddings,
      );
      const dSums = tf.tensor1d(ones);
      expectRows(
        (products, begin) => tripletSumsOfTileGrad({ products, ...shared, dSums }, { ...attributes, begin }),
        embeddings,
      );
    });
  });
});

describe("the loops' gradients are those of their sums", () => {
  const batch = batchOf(10, 4, 3);
  const dPositives = seededValues("positives", 10);
  const dNegatives = seededValues("negatives", 10);

  test.each(Object.entries(pairSumsCases))("%s", (_name, attributes) => {
    const weights = { dPositives, dNegatives };
    const { dx } = pairSumsInLoops(batch, attributes, weights);
    const expected = finiteDifference((x) => {
      const { positives, negatives } = pairSumsInLoops({ ...batch, x }, attributes, weights, batch);
      return dot(positives, dPositives) + dot(negatives, dNegatives);
    }, batch.x);
    expect(relativeError(dx, expected)).toBeLessThan(1e-6);
  });

  test.each(Object.entries(tripletSumsCases))("%s", (_name, attributes) => {
    const { dx } = tripletSumsInLoops(batch, attributes, dPositives);
    const expected = finiteDifference(
      (x) => dot(tripletSumsInLoops({ ...batch, x }, attributes, dPositives).sums, dPositives),
      batch.x,
    );
    expect(relativeError(dx, expected)).toBeLessThan(1e-6);
  });
});

function dot(a: readonly number[], b: ArrayLike<number>): number {
  return a.reduce((sum, v, i) => sum + v * b[i], 0);
}
