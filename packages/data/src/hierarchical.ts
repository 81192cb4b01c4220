import { ContrastiveError, createRng, parseOptions, type Sampler } from "@contrastive/core";
import * as z from "zod";
import { membersByClass } from "./class-members.js";
import { drawInRounds } from "./draw-in-rounds.js";
import { shuffleWithin } from "./shuffle-within.js";

export interface HierarchicalOptions {
  /** For each class the number of its super-class: `cifar100SuperClasses` of `@contrastive/data-cifar`. */
  readonly superClasses: readonly number[];
  /** How many super-classes a batch holds: a divisor of the batch size. Default 2: the fewer, the harder the negatives. */
  readonly superClassesPerBatch?: number;
  /** How many samples of each class that a batch draws. Default 4. */
  readonly samplesPerClass?: number;
  /**
   * `"cover"` (default) makes an epoch as long as it must be to visit every sample, `"dataset"` as long as the dataset,
   * to whole batches.
   */
  readonly epochLength?: "cover" | "dataset";
}

const schema = z.strictObject({
  superClasses: z.array(z.int().min(0)).min(1).readonly(),
  superClassesPerBatch: z.int().min(1).default(2),
  samplesPerClass: z.int().min(1).default(4),
  epochLength: z.enum(["cover", "dataset"]).default("cover"),
});

/**
 * Fills every batch from a few super-classes: equally many classes of each, and `samplesPerClass` samples of each class.
 * Most negatives are then of classes akin to the anchor's, which are the hard ones.
 *
 * All super-classes are drawn before any comes again, and so are the classes of one and the samples of a class. Opening
 * throws if the dataset has no labels or a class without samples, and if super-classes, classes and samples don't make
 * up a batch.
 *
 * pytorch-metric-learning's `HierarchicalSampler`, which goes through all combinations of super-classes instead, so that
 * its epochs grow with their number.
 */
export function hierarchical(given: HierarchicalOptions): Sampler {
  const options = parseOptions("sampler", "hierarchical", schema, given);
  const { samplesPerClass, superClassesPerBatch, epochLength } = options;
  return {
    name: "hierarchical",
    options,
    source: { module: "@contrastive/data", export: "hierarchical" },
    open(dataset, seed, batchSize) {
      const members = membersByClass('sampler "hierarchical"', dataset);
      const groups = groupsOf(options.superClasses, members.length);
      const perGroup = classesPerGroup(batchSize, options, groups);
      // To visit every sample, each class must be drawn so often, and its super-class with it.
      const drawsOf = (label: number) => Math.ceil(members[label].length / samplesPerClass);
      const draws = groups.map((group) =>
        Math.ceil((group.length * Math.max(...group.map(drawsOf))) / perGroup),
      );
      const batches =
        epochLength === "cover"
          ? Math.ceil((groups.length * Math.max(...draws)) / superClassesPerBatch)
          : Math.max(1, Math.floor(dataset.size / batchSize));
      return {
        epoch(epoch) {
          const rng = createRng(seed).fork("hierarchical", epoch);
          const drawGroups = drawInRounds(groups.length, rng.fork("super-classes"));
          const drawClasses = groups.map(({ length }, g) => drawInRounds(length, rng.fork("super-class", g)));
          const drawSamples = members.map(({ length }, label) =>
            drawInRounds(length, rng.fork("class", label)),
          );
          const indices = Array.from({ length: batches }, () =>
            drawGroups(superClassesPerBatch)
              .flatMap((g) => drawClasses[g](perGroup).map((i) => groups[g][i]))
              .flatMap((label) => drawSamples[label](samplesPerClass).map((i) => members[label][i])),
          );
          return shuffleWithin(batchSize, Uint32Array.from(indices.flat()), rng);
        },
      };
    },
  };
}

/** The classes of each super-class. */
function groupsOf(superClasses: readonly number[], classes: number): readonly (readonly number[])[] {
  if (superClasses.length !== classes) {
    throw complaint(
      `superClasses must name the super-class of each of ${classes} classes`,
      superClasses.length,
    );
  }
  const groups = new Map<number, number[]>();
  superClasses.forEach((superClass, label) => {
    groups.set(superClass, [...(groups.get(superClass) ?? []), label]);
  });
  return [...groups.values()];
}

function classesPerGroup(
  batchSize: number,
  { samplesPerClass, superClassesPerBatch }: z.output<typeof schema>,
  groups: readonly (readonly number[])[],
): number {
  if (superClassesPerBatch > groups.length) {
    throw complaint(
      `superClassesPerBatch must be at most ${groups.length}, as many as there are`,
      superClassesPerBatch,
    );
  }
  const unit = superClassesPerBatch * samplesPerClass;
  if (batchSize % unit !== 0) {
    throw complaint(
      `the batch size must be a multiple of superClassesPerBatch × samplesPerClass, ${unit}`,
      batchSize,
    );
  }
  const smallest = Math.min(...groups.map((group) => group.length));
  if (batchSize > unit * smallest) {
    throw complaint(
      `with ${smallest} classes in the smallest super-class, a batch has room for ${unit * smallest} samples at most`,
      batchSize,
      "Raise samplesPerClass or superClassesPerBatch, or use a smaller batch",
    );
  }
  return batchSize / unit;
}

function complaint(what: string, got: unknown, fix?: string): ContrastiveError {
  return new ContrastiveError({
    who: 'sampler "hierarchical"',
    what,
    got,
    ...(fix !== undefined && { fix }),
  });
}
