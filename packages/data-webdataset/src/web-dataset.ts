import { type Dataset, parseOptions } from "@contrastive/core";
import {
  type ImageOptions,
  imageSchema,
  testFraction,
  warnOfSkipped,
} from "@contrastive/data-image-folder/decoding";
import * as z from "zod";
import { openShards } from "./open-shards.js";

export interface WebDatasetOptions extends ImageOptions {
  /** The shards for training: paths or URLs, with `{000..099}`, and in paths with `*` and `?`. */
  readonly train: string | readonly string[];
  /** Those for test; default: an even share of each class is held out of `train`. */
  readonly test?: string | readonly string[];
  /** The extension of the image, where a sample has several: `"left.jpg"`. Default: the one that is an image's. */
  readonly image?: string;
  /** The extension of the label, as a number or a name; default `"cls"`. `"json"` has it in `labelKey`; `"none"`: no labels. */
  readonly label?: string;
  /** The key of the label in JSON; default `"label"`. */
  readonly labelKey?: string;
  /** Their names, by index. Default: where labels are names, all that there are, in alphabetical order. */
  readonly classes?: readonly string[];
  /** Without `test`: the share of each class that is held out; default 0.2. */
  readonly testFraction?: number;
  /** A folder in which the indices of shards are kept, for later openings and runs; default: none. In Node. */
  readonly cache?: string;
}

const text = z.string().min(1);
const patterns = z.union([text, z.array(text).min(1).readonly()]);
const extension = text.transform((given) => given.replace(/^\./, "").toLowerCase());

const schema = z.strictObject({
  train: patterns,
  test: patterns.optional(),
  image: extension.optional(),
  label: extension.default("cls"),
  labelKey: text.default("label"),
  classes: z.array(text).min(1).readonly().optional(),
  testFraction,
  cache: text.optional(),
  ...imageSchema,
});

/**
 * Images with their labels in tar shards, as WebDataset lays them out: `0001.jpg`, `0001.cls`, `0002.jpg`, …
 *
 * Opening goes through the headers of all shards, or reads that from `cache`; images are then read where they lie. Throws for a
 * shard that is missing, cut short or damaged, and for a sample without an image or a label.
 */
export function webDataset({ onSkip, ...given }: WebDatasetOptions): Dataset {
  const options = parseOptions("dataset", "web-dataset", schema, given);
  const who = 'dataset "web-dataset"';
  const { train, test, image, label, labelKey, statistics, ...others } = options;
  return {
    name: "web-dataset",
    options,
    source: { module: "@contrastive/data-webdataset", export: "webDataset" },
    statistics,
    open: (split) =>
      openShards({
        ...others,
        who,
        split,
        patterns: { train: [train].flat(), ...(test !== undefined && { test: [test].flat() }) },
        choice: { image, label, labelKey },
        onSkip: onSkip ?? warnOfSkipped(who),
      }),
  };
}
