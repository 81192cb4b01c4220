import { ContrastiveError, createRng, type OpenDataset } from "@contrastive/core";
import { checkIndices } from "./indices.js";

/**
 * The samples of a dataset that `indices` names, in that order; an index may come more than once.
 *
 * Closing it closes the dataset. Throws if an index is out of range.
 */
export function subset(dataset: OpenDataset, indices: ArrayLike<number>): OpenDataset {
  const chosen = Uint32Array.from(indices);
  checkIndices("subset", chosen, dataset.size);
  const { labels } = dataset;
  const shards = dataset.shards && shardsOf(chosen, dataset.shards);
  return {
    size: chosen.length,
    classes: dataset.classes,
    labels: labels && Int32Array.from(chosen, (index) => labels[index]),
    ...(shards && { shards }),
    async read(indices, signal) {
      checkIndices("subset", indices, chosen.length);
      return dataset.read(
        indices.map((index) => chosen[index]),
        signal,
      );
    },
    close: () => dataset.close(),
  };
}

/** How many samples are left in each shard; undefined where shards come again after others. */
function shardsOf(chosen: Uint32Array, shards: readonly number[]): readonly number[] | undefined {
  const counts: number[] = [];
  let shard = -1;
  let end = 0;
  for (const index of chosen) {
    if (index < end - (shards[shard] ?? 0)) return undefined;
    if (index >= end) {
      while (index >= end) end += shards[++shard];
      counts.push(0);
    }
    counts[counts.length - 1]++;
  }
  return counts;
}

/** `count` samples drawn at random without repetition, in the dataset's order; the same ones for the same seed. */
export function limit(dataset: OpenDataset, count: number, seed: number): OpenDataset {
  if (!Number.isInteger(count) || count < 1 || count > dataset.size) {
    throw new ContrastiveError({
      who: "limit",
      what: `count must be an integer in 1..${dataset.size}, the size of the dataset`,
      got: count,
    });
  }
  return subset(dataset, createRng(seed).fork("limit").permutation(dataset.size).subarray(0, count).sort());
}
