import { type Dataset, parseOptions } from "@contrastive/core";
import {
  type ImageOptions,
  imageSchema,
  testFraction,
  warnOfSkipped,
} from "@contrastive/data-image-folder/decoding";
import * as z from "zod";
import { openTables } from "./open-tables.js";

export interface ParquetOptions extends ImageOptions {
  /** The files for training: paths or URLs, with `{00000..00099}`, and in paths with `*` and `?`. */
  readonly train: string | readonly string[];
  /** Those for test; default: an even share of each class is held out of `train`. */
  readonly test?: string | readonly string[];
  /** The column of the images, `{ bytes, path }` or bytes; default `"image"`. */
  readonly image?: string;
  /** The column of the labels, numbers or names; default `"label"`. `"none"`: no labels. */
  readonly label?: string;
  /** Their names, by index. Default: those in Hugging Face's metadata, or where labels are names, all that there are. */
  readonly classes?: readonly string[];
  /** Without `test`: the share of each class that is held out; default 0.2. */
  readonly testFraction?: number;
  /** Row groups, unpacked but not decoded, are kept in memory up to so many bytes a split; default 256 MiB. */
  readonly keepBytes?: number;
}

const text = z.string().min(1);
const patterns = z.union([text, z.array(text).min(1).readonly()]);

const schema = z.strictObject({
  train: patterns,
  test: patterns.optional(),
  image: text.default("image"),
  label: text.default("label"),
  classes: z.array(text).min(1).readonly().optional(),
  testFraction,
  keepBytes: z
    .int()
    .min(0)
    .default(256 * 2 ** 20),
  ...imageSchema,
});

/**
 * Images with their labels in Parquet files, as Hugging Face's datasets have them.
 *
 * Opening reads the metadata and the labels. An image is read with its whole row group, so take the sampler `shardShuffle` where
 * these don't all fit in `keepBytes`. Throws for a file that is missing, damaged or without such columns.
 */
export function parquet({ onSkip, ...given }: ParquetOptions): Dataset {
  const options = parseOptions("dataset", "parquet", schema, given);
  const who = 'dataset "parquet"';
  const { train, test, statistics, ...others } = options;
  return {
    name: "parquet",
    options,
    source: { module: "@contrastive/data-parquet", export: "parquet" },
    statistics,
    open: (split) =>
      openTables({
        ...others,
        who,
        split,
        patterns: { train: [train].flat(), ...(test !== undefined && { test: [test].flat() }) },
        onSkip: onSkip ?? warnOfSkipped(who),
      }),
  };
}
