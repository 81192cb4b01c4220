import { type Dataset, parseOptions } from "@contrastive/core";
import * as z from "zod";
import { coarseClasses, fineClasses } from "./cifar100-classes.js";
import { type CifarOptions, commonSchema, open, type Variant } from "./variant.js";

export interface Cifar100Options extends CifarOptions {
  /** `"fine"` (default): 100 classes; `"coarse"`: the 20 superclasses, of five classes each. */
  readonly labels?: "fine" | "coarse";
}

const variant: Omit<Variant, "records" | "batches" | "classes"> = {
  name: "cifar100",
  archives: {
    binary: {
      url: "https://www.cs.toronto.edu/~kriz/cifar-100-binary.tar.gz",
      md5: "03b5dce01913d631647c71ecec9e9cb8",
      folder: "cifar-100-binary",
    },
    python: {
      url: "https://www.cs.toronto.edu/~kriz/cifar-100-python.tar.gz",
      md5: "eb9058c3a382ffc7106e4002c42a8d85",
      folder: "cifar-100-python",
    },
  },
  files: { train: ["train"], test: ["test"] },
  recordsPerFile: { train: 50_000, test: 10_000 },
  // Of all pixels of the training split, as published.
  statistics: { mean: [0.5071, 0.4865, 0.4409], std: [0.2673, 0.2564, 0.2762] },
};

/** A record begins with both labels, the coarse one first. */
const labelSets = {
  coarse: {
    records: { labelBytes: 2, labelAt: 0, classes: coarseClasses.length },
    batches: { labels: "coarse_labels", classes: coarseClasses.length },
    classes: coarseClasses,
  },
  fine: {
    records: { labelBytes: 2, labelAt: 1, classes: fineClasses.length },
    batches: { labels: "fine_labels", classes: fineClasses.length },
    classes: fineClasses,
  },
};

/**
 * CIFAR-100: 50,000 training and 10,000 test images of 32 × 32 in colour, of 100 classes in 20 superclasses.
 *
 * Opening a split reads its file into memory (154 and 31 MB). It throws if it is missing, cut short or damaged.
 * Krizhevsky, Learning Multiple Layers of Features from Tiny Images, 2009.
 */
export function cifar100({ onProgress, ...given }: Cifar100Options = {}): Dataset {
  const options = parseOptions("dataset", variant.name, schemaFor(given.format), given);
  return {
    name: variant.name,
    options,
    source: { module: "@contrastive/data-cifar", export: "cifar100" },
    statistics: variant.statistics,
    open: open({ ...variant, ...labelSets[options.labels] }, options, onProgress),
  };
}

function schemaFor(format: Cifar100Options["format"]) {
  return z.strictObject({
    ...commonSchema(variant.archives, format),
    labels: z.enum(["fine", "coarse"]).default("fine"),
  });
}
