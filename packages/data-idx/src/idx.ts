import { ContrastiveError, type Dataset, parseOptions } from "@contrastive/core";
import * as z from "zod";
import { openIdx } from "./open-idx.js";

/** The files of a split, below `root`; each may be plain or .gz, whether or not its name says so. */
export interface IdxFiles {
  readonly images: string;
  /** Default: none, for data without labels. */
  readonly labels?: string;
}

/** The training files, with those of the test split beside them. */
export interface IdxOptions extends IdxFiles {
  /** A folder, or its URL; default `"."`. */
  readonly root?: string;
  /** The test split; default: none, and opening it throws. */
  readonly test?: IdxFiles;
  /** Class names, by class index; default: none. */
  readonly classes?: readonly string[];
  /** Of the training images, a value per channel in 0..1; default: none. */
  readonly statistics?: { readonly mean: readonly number[]; readonly std: readonly number[] };
  /** The files hold columns where others hold rows, as those of EMNIST do; default false. */
  readonly transposed?: boolean;
}

const files = { images: z.string().min(1), labels: z.string().min(1).optional() };
const perChannel = z.array(z.number().min(0).max(1)).min(1).readonly();

const schema = z.strictObject({
  ...files,
  root: z.string().min(1).default("."),
  test: z.strictObject(files).optional(),
  classes: z.array(z.string()).min(1).readonly().optional(),
  statistics: z.strictObject({ mean: perChannel, std: perChannel }).optional(),
  transposed: z.boolean().default(false),
});

/**
 * Images of bytes in IDX files: `[images, height, width]`, or with 1 or 3 channels as a fourth dimension; labels `[images]`.
 *
 * Opening a split reads its files into memory. It throws if they are missing, cut short, of another format, or differ in
 * number. The format: LeCun, Cortes and Burges, The MNIST database of handwritten digits, 1998.
 */
export function idx(given: IdxOptions): Dataset {
  const options = parseOptions("dataset", "idx", schema, given);
  const { root, images, labels, test, classes, statistics, transposed } = options;
  return {
    name: "idx",
    options,
    source: { module: "@contrastive/data-idx", export: "idx" },
    statistics,
    async open(split) {
      const who = 'dataset "idx"';
      const part = split === "train" ? { images, labels } : test;
      if (part === undefined) {
        throw new ContrastiveError({
          who,
          what: "it has no test split",
          fix: "Name its files as `test: { images, labels }`",
        });
      }
      return openIdx({ who, root, folder: "", ...part, classes, transposed });
    },
  };
}
