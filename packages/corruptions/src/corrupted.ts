import { createRng, type Dataset, parseOptions, type Split } from "@contrastive/core";
import { datasetOption } from "@contrastive/data";
import * as z from "zod";
import { corruptWith } from "./corrupt.js";
import type { CorruptionTable, Severity } from "./corruption.js";
import { type CorruptionName, corruptions } from "./corruptions.js";

export interface CorruptedOptions {
  readonly data: Dataset;
  readonly name: CorruptionName;
  readonly severity: Severity;
  /** Default 0. */
  readonly seed?: number;
  /** Whose severities; default: CIFAR-10-C's for images of up to 64 pixels (the shorter side), ImageNet-C's for others. */
  readonly table?: CorruptionTable;
  /** Which split is corrupted: `"test"` (default), `"train"` or `"both"`. */
  readonly split?: Split | "both";
}

const schema = z.strictObject({
  data: datasetOption,
  name: z.enum(Object.keys(corruptions) as [CorruptionName, ...CorruptionName[]]),
  severity: z.union([z.literal(1), z.literal(2), z.literal(3), z.literal(4), z.literal(5)]),
  seed: z.int().min(0).default(0),
  table: z.enum(["cifar", "imagenet"]).optional(),
  split: z.enum(["test", "train", "both"]).default("test"),
});

/**
 * A dataset of which the test images are corrupted, to see how an encoder that has learnt from clean ones does.
 *
 * What becomes of a sample depends on seed and index alone.
 */
export function corrupted(given: CorruptedOptions): Dataset {
  const options = parseOptions("dataset", "corrupted", schema, given);
  const { data, name, severity, seed, table } = options;
  return {
    name: "corrupted",
    options,
    source: { module: "@contrastive/corruptions", export: "corrupted" },
    statistics: data.statistics,
    async open(split) {
      const open = await data.open(split);
      if (options.split !== "both" && options.split !== split) return open;
      const rng = createRng(seed).fork("corrupted", name, severity, split);
      return {
        ...open,
        async read(indices, signal) {
          const batch = await open.read(indices, signal);
          const images = batch.images.map((image, i) =>
            corruptWith(image, name, severity, rng.fork(indices[i]), table),
          );
          return { ...batch, images };
        },
      };
    },
  };
}
