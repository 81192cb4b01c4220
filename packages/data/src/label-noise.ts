import { ContrastiveError, createRng, type Dataset, type OpenDataset, parseOptions } from "@contrastive/core";
import * as z from "zod";
import { datasetOption } from "./dataset-option.js";

export interface LabelNoiseOptions {
  readonly data: Dataset;
  /** In 0..1: the chance of a training sample to get a wrong label. */
  readonly rate: number;
  /**
   * For each class the one that its samples are taken for ("asymmetric" noise). Default: any other, each as likely
   * ("symmetric").
   */
  readonly confusedWith?: readonly number[];
  /** Default 0. */
  readonly seed?: number;
}

const schema = z.strictObject({
  data: datasetOption,
  rate: z.number().min(0).max(1),
  confusedWith: z.array(z.int().min(0)).readonly().optional(),
  seed: z.int().min(0).default(0),
});

/**
 * A dataset in which some training labels are wrong, as from careless annotators; the test split stays as it is.
 *
 * Which ones, and what they become, depends on seed and sample alone: of two rates, the larger changes all that the smaller
 * does. Soft labels are left out of the training split. Opening throws if there are no labels.
 */
export function labelNoise(given: LabelNoiseOptions): Dataset {
  const options = parseOptions("dataset", "label-noise", schema, given);
  const { data } = options;
  return {
    name: "label-noise",
    options,
    source: { module: "@contrastive/data", export: "labelNoise" },
    statistics: data.statistics,
    async open(split) {
      const open = await data.open(split);
      if (split !== "train") return open;
      try {
        return relabelled(open, noisy(open, options));
      } catch (error) {
        await open.close();
        throw error;
      }
    },
  };
}

function noisy(
  { labels, classes }: OpenDataset,
  { rate, confusedWith, seed }: Omit<LabelNoiseOptions, "data">,
): Int32Array {
  const who = 'dataset "label-noise"';
  if (labels === undefined) throw new ContrastiveError({ who, what: "the dataset must have labels" });
  const count = classes?.length ?? labels.reduce((most, label) => Math.max(most, label + 1), 0);
  if (
    confusedWith !== undefined &&
    (confusedWith.length !== count || confusedWith.some((to) => to >= count))
  ) {
    throw new ContrastiveError({
      who,
      what: `confusedWith must name one of the ${count} classes for each of them`,
      got: confusedWith,
    });
  }
  if (count < 2) throw new ContrastiveError({ who, what: "there must be two classes at least", got: count });
  const root = createRng(seed ?? 0).fork("label-noise");
  return labels.map((label, index) => {
    const rng = root.fork(index);
    if (rng.uniform() >= rate) return label;
    return confusedWith?.[label] ?? (label + 1 + rng.below(count - 1)) % count;
  });
}

function relabelled(open: OpenDataset, labels: Int32Array): OpenDataset {
  return {
    ...open,
    labels,
    async read(indices, signal) {
      const { images } = await open.read(indices, signal);
      return { images, labels: Int32Array.from(indices, (index) => labels[index]) };
    },
  };
}
