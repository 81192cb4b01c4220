import { seededValues } from "../../testing/src/index.js";
import type { PairSumsAttributes } from "../src/pair-sums.js";
import type { TripletSumsAttributes } from "../src/triplet-sums.js";
import type { Batch } from "./pairs-in-loops.js";

const plain = { margin: 0.3, scale: 1 };

/** By what they are called. */
export const pairSumsCases: Record<string, PairSumsAttributes> = {
  "hinges of distances": {
    version: 1,
    similarity: "negative-distance",
    sum: "hinges",
    positives: { margin: -0.2, scale: 1 },
    negatives: { margin: -1.2, scale: 1.5 },
    mining: Infinity,
  },
  "squared hinges of distances": {
    version: 1,
    similarity: "negative-distance",
    sum: "squared-hinges",
    positives: { margin: 0, scale: 1 },
    negatives: { margin: -1.3, scale: 1 },
    mining: Infinity,
  },
  "hinges of squared distances, mined": {
    version: 1,
    similarity: "negative-squared-distance",
    sum: "hinges",
    positives: { margin: -0.5, scale: 1 },
    negatives: { margin: -2, scale: 1 },
    mining: 0.1,
  },
  "exponentials of distances": {
    version: 1,
    similarity: "negative-distance",
    sum: "log-sum-exp",
    positives: { margin: 0, scale: 1 },
    negatives: { margin: -1, scale: 3 },
    mining: Infinity,
  },
  "exponentials of products": {
    version: 1,
    similarity: "product",
    sum: "log-sum-exp",
    positives: { ...plain, scale: 2 },
    negatives: { ...plain, scale: 50 },
    mining: Infinity,
  },
  "exponentials of products, mined": {
    version: 1,
    similarity: "product",
    sum: "log-sum-exp",
    positives: { ...plain, scale: 2 },
    negatives: { ...plain, scale: 50 },
    mining: 0.1,
  },
  "weighted exponentials of products": {
    version: 1,
    similarity: "product",
    sum: "log-sum-exp",
    positives: { margin: 0.6, scale: 80, pivot: 1.4 },
    negatives: { margin: 0.4, scale: 80, pivot: -0.4 },
    mining: Infinity,
  },
};

export const tripletSumsCases: Record<string, TripletSumsAttributes> = Object.fromEntries(
  (["negative-distance", "negative-squared-distance", "product"] as const).flatMap((similarity) =>
    (
      [
        ["all", "relu"],
        ["semi-hard", "relu"],
        ["hard", "relu"],
        ["all", "softplus"],
        ["hard", "softplus"],
      ] as const
    ).map(([mining, hinge]) => [
      `${mining}, ${hinge}, ${similarity}`,
      { version: 1, similarity, mining, margin: 0.25, hinge },
    ]),
  ),
);

/** Directions; the classes in no order. */
export function batchOf(rows: number, dim: number, classes: number): Batch {
  const x = seededValues(`${rows} rows`, rows * dim);
  for (let at = 0; at < x.length; at += dim) {
    const row = x.subarray(at, at + dim);
    row.set(row.map((v) => v / Math.hypot(...row)));
  }
  const labels = Array.from({ length: rows }, (_, i) => (11 * i + Math.floor(i / classes)) % classes);
  return { x, dim, labels };
}
