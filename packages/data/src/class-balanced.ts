import {
  ContrastiveError,
  createRng,
  type OpenDataset,
  parseOptions,
  type Rng,
  type Sampler,
} from "@contrastive/core";
import * as z from "zod";

export interface ClassBalancedOptions {
  /**
   * `"cover"` (default) makes an epoch as long as it must be to visit every sample: classes × size of the largest
   * class. `"dataset"` makes it as long as the dataset, so that an epoch has as many steps as with `shuffle`, and
   * visits a part of the larger classes.
   */
  readonly epochLength?: "cover" | "dataset";
}

const schema = z.strictObject({ epochLength: z.enum(["cover", "dataset"]).default("cover") });

/**
 * Fills every batch with the classes as evenly as it goes: their counts differ by at most one.
 *
 * Small classes are oversampled: their samples come again, in a new order, until the class has its share. Opening
 * throws if the dataset has no labels, or a class without samples.
 */
export function classBalanced(given: ClassBalancedOptions = {}): Sampler {
  const options = parseOptions("sampler", "class-balanced", schema, given);
  return {
    name: "class-balanced",
    options,
    source: { module: "@contrastive/data", export: "classBalanced" },
    open(dataset, seed, batchSize) {
      const members = membersByClass(dataset);
      const largest = Math.max(...members.map((samples) => samples.length));
      const length = options.epochLength === "cover" ? members.length * largest : dataset.size;
      return {
        epoch(epoch) {
          const rng = createRng(seed).fork("class-balanced", epoch);
          return shuffleWithin(batchSize, deal(members, length, rng), rng);
        },
      };
    },
  };
}

/** Takes the classes in turn: any run of draws, and so any batch, holds each as often as the next, give or take one. */
function deal(members: readonly Uint32Array[], length: number, rng: Rng): Uint32Array {
  const turns = rng.fork("turns").permutation(members.length);
  const decks = members.map((samples, label) => endlessly(samples, rng.fork("class", label)));
  return Uint32Array.from({ length }, (_, position) => decks[turns[position % turns.length]]());
}

/** Draws all samples before any comes again. */
function endlessly(samples: Uint32Array, rng: Rng): () => number {
  let order: Uint32Array = new Uint32Array();
  let drawn = 0;
  let round = 0;
  return () => {
    if (drawn === order.length) [order, drawn] = [rng.fork(round++).permutation(samples.length), 0];
    return samples[order[drawn++]];
  };
}

/** Batch order means something to some losses (a cap takes the first positives), so the turns must not show in it. */
function shuffleWithin(batchSize: number, indices: Uint32Array, rng: Rng): Uint32Array {
  const shuffled = new Uint32Array(indices.length);
  for (let start = 0; start < indices.length; start += batchSize) {
    const batch = indices.subarray(start, start + batchSize);
    const order = rng.fork("batch", start).permutation(batch.length);
    order.forEach((from, to) => (shuffled[start + to] = batch[from]));
  }
  return shuffled;
}

function membersByClass({
  labels,
  classes,
}: Pick<OpenDataset, "labels" | "classes">): readonly Uint32Array[] {
  const who = `sampler "class-balanced"`;
  if (labels === undefined || labels.length === 0) {
    throw new ContrastiveError({
      who,
      what: "the dataset must have labels",
      got: labels,
      fix: 'Use the sampler "shuffle" for data without labels',
    });
  }
  const count = classes?.length ?? labels.reduce((most, label) => Math.max(most, label + 1), 0);
  const members: number[][] = Array.from({ length: count }, () => []);
  labels.forEach((label, index) => {
    if (members[label] === undefined) {
      throw new ContrastiveError({ who, what: `labels must be in 0..${count - 1}`, got: label });
    }
    members[label].push(index);
  });
  const empty = members.findIndex((samples) => samples.length === 0);
  if (empty !== -1) {
    throw new ContrastiveError({
      who,
      what: `class ${empty}${classes === undefined ? "" : ` ("${classes[empty]}")`} has no samples`,
      fix: "Every class needs at least one: add some, or leave the class out of the dataset",
    });
  }
  return members.map((samples) => Uint32Array.from(samples));
}
