import * as tf from "@tensorflow/tfjs-core";
import { ContrastiveError, parseOptions } from "@contrastive/core";
import * as z from "zod";
import { breather } from "./breathe.js";
import { checkData, type EvaluationData } from "./check.js";
import type { Features } from "./features.js";
import { type Score, scorePredictions } from "./score.js";
import { unitRows } from "./unit-rows.js";

export interface KnnOptions {
  /** How many neighbours vote. Default 20, or all where the training set is smaller; Wu et al. use 200 of 50,000. */
  readonly k?: number;
  /** A vote counts exp(similarity / temperature) as in Wu et al., or 1. Default `"exponential"`. */
  readonly weighting?: "exponential" | "plain";
  /** Default 0.07, as in Wu et al. */
  readonly temperature?: number;
  readonly signal?: AbortSignal;
}

export interface Knn extends Score {
  readonly k: number;
  /** By true class. */
  readonly perClass: readonly Score[];
  /** For each test sample. */
  readonly predictions: Int32Array;
}

const schema = z.strictObject({
  k: z.int().positive().optional(),
  weighting: z.enum(["exponential", "plain"]).default("exponential"),
  temperature: z.number().positive().default(0.07),
});

/** Similarities held at once: 16 MB. */
const tileValues = 2 ** 22;

/**
 * Classifies each test sample by a vote of its nearest training samples under cosine similarity.
 *
 * Exact: similarities are products of unit vectors in float32 on the active backend. Among equally similar samples
 * the first counts as nearest, and a tied vote goes to the class with the nearest sample.
 *
 * Throws a `ContrastiveError` if the sets do not fit each other or `k` exceeds the training set.
 * Source: Wu et al. 2018, "Unsupervised feature learning via non-parametric instance discrimination", section 3.4.
 */
export async function knn(data: EvaluationData, { signal, ...given }: KnnOptions = {}): Promise<Knn> {
  const options = parseOptions("evaluation", "knn", schema, given);
  checkData("kNN", data);
  const { train, test, classes } = data;
  const { k = Math.min(20, train.size), weighting, temperature } = options;
  if (k > train.size) {
    throw new ContrastiveError({
      who: "kNN",
      what: `k must be at most the size of the training set, ${train.size}`,
      got: k,
    });
  }
  const worth =
    weighting === "plain"
      ? () => 1
      : // Relative to the nearest, so that a small temperature can't overflow.
        (similarity: number, most: number) => Math.exp((similarity - most) / temperature);

  const predictions = new Int32Array(test.size);
  const neighbours = nearest(k);
  const votes = new Float64Array(classes);
  for await (const { row, similarities } of similarityRows(test, train, breather(signal))) {
    const found = neighbours(similarities);
    votes.fill(0);
    for (let i = 0; i < k; i++) {
      votes[train.labels[found.indices[i]]] += worth(found.similarities[i], found.similarities[0]);
    }
    let winner = train.labels[found.indices[0]];
    // From near to far, and only a strictly larger vote wins: ties go to the nearest.
    for (const index of found.indices) {
      if (votes[train.labels[index]] > votes[winner]) winner = train.labels[index];
    }
    predictions[row] = winner;
  }
  return { ...scorePredictions(predictions, test.labels, classes), k, predictions };
}

/** Each query's cosine similarity with every sample of the bank, in order; the array is only valid until the next. */
async function* similarityRows(queries: Features, bank: Features, pause: () => Promise<void>) {
  const { dim } = bank;
  const rows = Math.min(queries.size, Math.max(1, Math.floor(tileValues / bank.size)));
  // Transposed here, once: a product with a transposed operand is slow on some backends.
  const columns = tf.tensor2d(transpose(unitRows(bank), dim), [dim, bank.size]);
  try {
    const units = unitRows(queries);
    for (let start = 0; start < queries.size; start += rows) {
      await pause();
      const tile = new Float32Array(rows * dim);
      tile.set(units.subarray(start * dim, (start + rows) * dim));
      const product = tf.tidy(() => tf.matMul(tf.tensor2d(tile, [rows, dim]), columns));
      const similarities = await product.data<"float32">().finally(() => product.dispose());
      for (let i = 0; i < Math.min(rows, queries.size - start); i++) {
        yield { row: start + i, similarities: similarities.subarray(i * bank.size, (i + 1) * bank.size) };
      }
    }
  } finally {
    columns.dispose();
  }
}

/** Finds the k largest, from large to small, the first of equals first. Results are overwritten by the next call. */
function nearest(k: number) {
  const found = { indices: new Int32Array(k), similarities: new Float32Array(k) };
  return (all: Float32Array) => {
    const { indices, similarities } = found;
    similarities.fill(-Infinity);
    for (let i = 0; i < all.length; i++) {
      if (!(all[i] > similarities[k - 1])) continue;
      let place = k - 1;
      for (; place > 0 && all[i] > similarities[place - 1]; place--) {
        similarities[place] = similarities[place - 1];
        indices[place] = indices[place - 1];
      }
      similarities[place] = all[i];
      indices[place] = i;
    }
    return found;
  };
}

function transpose(values: Float32Array, columns: number): Float32Array {
  const rows = values.length / columns;
  const result = new Float32Array(values.length);
  for (let i = 0; i < rows; i++) {
    for (let j = 0; j < columns; j++) result[j * rows + i] = values[i * columns + j];
  }
  return result;
}
