import { ContrastiveError, createRng, parseOptions, type Sampler } from "@contrastive/core";
import * as z from "zod";
import { membersByClass } from "./class-members.js";
import { drawInRounds } from "./draw-in-rounds.js";
import { shuffleWithin } from "./shuffle-within.js";

export interface MPerClassOptions {
  /**
   * How many samples of each class that a batch draws: a divisor of the batch size. More of them give an anchor more
   * positives and fewer classes to tell it from. Default 4.
   */
  readonly samplesPerClass?: number;
  /**
   * `"cover"` (default) makes an epoch as long as it must be to visit every sample, `"dataset"` as long as the dataset,
   * to whole batches.
   */
  readonly epochLength?: "cover" | "dataset";
}

const schema = z.strictObject({
  samplesPerClass: z.int().min(1).default(4),
  epochLength: z.enum(["cover", "dataset"]).default("cover"),
});

/**
 * Fills every batch with `samplesPerClass` samples of each of as many classes as it takes, so that every anchor has the
 * same number of positives, however many classes there are.
 *
 * All classes are drawn before any comes again, and so are the samples of a class; no sample is twice in a batch unless
 * its class has fewer than `samplesPerClass`. Opening throws if the dataset has no labels or a class without samples,
 * for a batch size that is no multiple of `samplesPerClass`, and if there are too few classes to fill a batch.
 *
 * pytorch-metric-learning's `MPerClassSampler`, which draws classes and samples independently each time.
 */
export function mPerClass(given: MPerClassOptions = {}): Sampler {
  const options = parseOptions("sampler", "m-per-class", schema, given);
  const { samplesPerClass, epochLength } = options;
  return {
    name: "m-per-class",
    options,
    source: { module: "@contrastive/data", export: "mPerClass" },
    open(dataset, seed, batchSize) {
      const members = membersByClass('sampler "m-per-class"', dataset);
      const perBatch = classesPerBatch(batchSize, samplesPerClass, members.length);
      const largest = Math.max(...members.map((samples) => samples.length));
      const draws = members.length * Math.ceil(largest / samplesPerClass);
      const batches =
        epochLength === "cover"
          ? Math.ceil(draws / perBatch)
          : Math.max(1, Math.floor(dataset.size / batchSize));
      return {
        epoch(epoch) {
          const rng = createRng(seed).fork("m-per-class", epoch);
          const drawClasses = drawInRounds(members.length, rng.fork("classes"));
          const drawSamples = members.map(({ length }, label) =>
            drawInRounds(length, rng.fork("class", label)),
          );
          const indices = Array.from({ length: batches }, () =>
            drawClasses(perBatch).flatMap((label) =>
              drawSamples[label](samplesPerClass).map((i) => members[label][i]),
            ),
          );
          return shuffleWithin(batchSize, Uint32Array.from(indices.flat()), rng);
        },
      };
    },
  };
}

function classesPerBatch(batchSize: number, samplesPerClass: number, classes: number): number {
  const who = 'sampler "m-per-class"';
  if (batchSize % samplesPerClass !== 0) {
    throw new ContrastiveError({
      who,
      what: `the batch size must be a multiple of samplesPerClass, ${samplesPerClass}`,
      got: batchSize,
    });
  }
  if (batchSize > samplesPerClass * classes) {
    throw new ContrastiveError({
      who,
      what: `${samplesPerClass} samples of each of ${classes} classes fill a batch of ${samplesPerClass * classes} at most`,
      got: batchSize,
      fix: "Raise samplesPerClass, or use a smaller batch",
    });
  }
  return batchSize / samplesPerClass;
}
