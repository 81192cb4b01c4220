import { type ChannelStatistics, ContrastiveError, type Dataset, type RawImage } from "@contrastive/core";
import { openIndexed } from "./open-indexed.js";

export interface LabelledImages {
  readonly images: readonly RawImage[];
  /** A class index per image; absent for data without labels. */
  readonly labels?: ArrayLike<number>;
  /** A row `[classes]` per image: 1 for each of its classes, or shares of them; for losses with soft labels. */
  readonly softLabels?: readonly ArrayLike<number>[];
}

/** The training images, with the test images beside them. */
export interface FromArraysOptions extends LabelledImages {
  /** Class names, by class index; default: none. */
  readonly classes?: readonly string[];
  /** The test split; default: none, and opening it throws. */
  readonly test?: LabelledImages;
  /** Of the training images; default: none. */
  readonly statistics?: ChannelStatistics;
}

const who = 'dataset "from-arrays"';

/**
 * A dataset of images that are in memory already.
 *
 * Throws if labels and images differ in number, a label has no class, or an image's data does not fit its shape. It
 * can't be rebuilt from a run's record, which holds no images.
 */
export function fromArrays({ classes, test, statistics, ...train }: FromArraysOptions): Dataset {
  check("train", train, classes);
  if (test !== undefined) check("test", test, classes);
  return {
    name: "from-arrays",
    options: { train: train.images.length, test: test?.images.length ?? 0, ...(classes && { classes }) },
    statistics,
    async open(split) {
      const part = split === "train" ? train : test;
      if (part === undefined) {
        throw new ContrastiveError({
          who,
          what: "it has no test split",
          fix: "Give it as `test: { images, labels }`",
        });
      }
      return openIndexed({
        who,
        size: part.images.length,
        classes,
        labels: part.labels && Int32Array.from(part.labels),
        softLabels: part.softLabels && ((index) => part.softLabels![index]),
        image: (index) => part.images[index],
      });
    },
  };
}

function check(
  split: string,
  { images, labels, softLabels }: LabelledImages,
  classes?: readonly string[],
): void {
  if (labels !== undefined && labels.length !== images.length) {
    throw new ContrastiveError({
      who,
      what: `${split}: there must be a label for each of the ${images.length} images`,
      got: labels.length,
    });
  }
  const most = classes?.length ?? Infinity;
  Array.from(labels ?? []).forEach((label, index) => {
    if (Number.isInteger(label) && label >= 0 && label < most) return;
    throw new ContrastiveError({
      who,
      what: `${split}: label ${index} must be an integer ${classes === undefined ? ">= 0" : `in 0..${most - 1}`}`,
      got: label,
    });
  });
  if (softLabels !== undefined) checkSoft(split, softLabels, images.length, classes);
  images.forEach(({ data, height, width, channels }, index) => {
    const expected = height * width * channels;
    if (data.length === expected) return;
    throw new ContrastiveError({
      who,
      what: `${split}: image ${index} of ${height} × ${width} × ${channels} must have ${expected} values`,
      got: data.length,
    });
  });
}

function checkSoft(
  split: string,
  rows: readonly ArrayLike<number>[],
  images: number,
  classes?: readonly string[],
): void {
  if (rows.length !== images) {
    throw new ContrastiveError({
      who,
      what: `${split}: there must be a row of softLabels for each of the ${images} images`,
      got: rows.length,
    });
  }
  const count = classes?.length ?? rows[0]?.length ?? 0;
  rows.forEach((row, index) => {
    const values = Array.from(row);
    if (values.length === count && values.every((value) => value >= 0 && Number.isFinite(value))) return;
    throw new ContrastiveError({
      who,
      what: `${split}: softLabels ${index} must be ${count} numbers >= 0, one a class`,
      got: values,
    });
  });
}
