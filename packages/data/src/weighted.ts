import {
  ContrastiveError,
  createRng,
  type OpenDataset,
  parseOptions,
  type Rng,
  type Sampler,
} from "@contrastive/core";
import * as z from "zod";
import { membersByClass } from "./class-members.js";

export interface WeightedOptions {
  /** For each class the weight of its samples. Default: 1 / its size, so that classes come equally often. */
  readonly classWeights?: readonly number[];
  /** For each sample its weight, in the place of `classWeights`; data without labels may have them. */
  readonly sampleWeights?: readonly number[];
}

const weights = z.array(z.number().min(0)).min(1).readonly().optional();
const schema = z
  .strictObject({ classWeights: weights, sampleWeights: weights })
  .refine(({ classWeights, sampleWeights }) => classWeights === undefined || sampleWeights === undefined, {
    message: "classWeights or sampleWeights, not both",
  });

/**
 * Draws each sample of an epoch anew, with replacement, in proportion to its weight; an epoch is as long as the dataset.
 *
 * As PyTorch's `WeightedRandomSampler`. Opening throws if weights are not as many as classes or samples, or are all zero.
 */
export function weighted(given: WeightedOptions = {}): Sampler {
  const options = parseOptions("sampler", "weighted", schema, given);
  return {
    name: "weighted",
    options,
    source: { module: "@contrastive/data", export: "weighted" },
    open(dataset, seed) {
      const sums = cumulative(weightsOf(dataset, options));
      return {
        epoch(epoch) {
          const rng = createRng(seed).fork("weighted", epoch);
          return Uint32Array.from({ length: dataset.size }, () =>
            find(sums, uniform(rng) * sums[sums.length - 1]),
          );
        },
      };
    },
  };
}

function weightsOf(
  dataset: Pick<OpenDataset, "size" | "labels" | "classes">,
  { classWeights, sampleWeights }: WeightedOptions,
): Float64Array {
  if (sampleWeights !== undefined) {
    checkCount("sampleWeights", sampleWeights, dataset.size, "samples");
    return Float64Array.from(sampleWeights);
  }
  const members = membersByClass('sampler "weighted"', dataset);
  if (classWeights !== undefined) checkCount("classWeights", classWeights, members.length, "classes");
  const result = new Float64Array(dataset.size);
  members.forEach((samples, label) => {
    for (const index of samples) result[index] = classWeights?.[label] ?? 1 / samples.length;
  });
  return result;
}

function checkCount(option: string, weights: readonly number[], count: number, what: string): void {
  const who = 'sampler "weighted"';
  if (weights.length !== count) {
    throw new ContrastiveError({
      who,
      what: `${option} must be ${count}, one for each of the ${what}`,
      got: weights.length,
    });
  }
  if (weights.every((weight) => weight === 0)) {
    throw new ContrastiveError({ who, what: `${option} must not all be zero` });
  }
}

function cumulative(weights: Float64Array): Float64Array {
  let sum = 0;
  return weights.map((weight) => (sum += weight));
}

/** In [0, 1) with 53 bits: 24 are too few to reach each of some million samples alike. */
function uniform(rng: Rng): number {
  return ((rng.uint32() >>> 5) * 2 ** 26 + (rng.uint32() >>> 6)) / 2 ** 53;
}

/** The first whose sum is beyond `value`. */
function find(sums: Float64Array, value: number): number {
  let low = 0;
  let high = sums.length - 1;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (sums[middle] > value) high = middle;
    else low = middle + 1;
  }
  return low;
}
