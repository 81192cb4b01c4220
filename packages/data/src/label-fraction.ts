import { createRng, type Dataset, type OpenDataset, parseOptions } from "@contrastive/core";
import * as z from "zod";
import { membersByClass } from "./class-members.js";
import { datasetOption } from "./dataset-option.js";
import { subset } from "./subset.js";

export interface LabelFractionOptions {
  readonly data: Dataset;
  /** In (0, 1]. Of each class so many samples are kept, rounded, and one at least. */
  readonly fraction: number;
  /** Default 0. */
  readonly seed?: number;
}

const schema = z.strictObject({
  data: datasetOption,
  fraction: z.number().gt(0).max(1),
  seed: z.int().min(0).default(0),
});

/**
 * A dataset with a share of the training samples of each class, drawn at random; the test split stays whole.
 *
 * A larger share holds a smaller one of the same seed. Opening throws if there are no labels, or a class has no samples.
 */
export function labelFraction(given: LabelFractionOptions): Dataset {
  const options = parseOptions("dataset", "label-fraction", schema, given);
  const { data, fraction, seed } = options;
  return {
    name: "label-fraction",
    options,
    source: { module: "@contrastive/data", export: "labelFraction" },
    statistics: data.statistics,
    async open(split) {
      const whole = await data.open(split);
      if (split !== "train") return whole;
      try {
        return keepOfEachClass(whole, fraction, seed);
      } catch (error) {
        await whole.close();
        throw error;
      }
    },
  };
}

function keepOfEachClass(whole: OpenDataset, fraction: number, seed: number): OpenDataset {
  const rng = createRng(seed).fork("label-fraction");
  const kept = membersByClass('dataset "label-fraction"', whole).flatMap((members, label) => {
    const count = Math.max(1, Math.round(fraction * members.length));
    return Array.from(rng.fork(label).permutation(members.length).subarray(0, count), (at) => members[at]);
  });
  return subset(
    whole,
    kept.sort((a, b) => a - b),
  );
}
