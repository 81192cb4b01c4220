import { type Dataset, parseOptions } from "@contrastive/core";
import * as z from "zod";
import { type CifarOptions, commonSchema, open, type Variant } from "./variant.js";

export interface Cifar10Options extends CifarOptions {}

const variant: Variant = {
  name: "cifar10",
  archives: {
    binary: {
      url: "https://www.cs.toronto.edu/~kriz/cifar-10-binary.tar.gz",
      md5: "c32a1d4ab5d03f1284b67883e8d87530",
      folder: "cifar-10-batches-bin",
    },
    python: {
      url: "https://www.cs.toronto.edu/~kriz/cifar-10-python.tar.gz",
      md5: "c58f30108f718f92721af3b95e74349a",
      folder: "cifar-10-batches-py",
    },
  },
  files: {
    train: [1, 2, 3, 4, 5].map((number) => `data_batch_${number}`),
    test: ["test_batch"],
  },
  recordsPerFile: { train: 10_000, test: 10_000 },
  records: { labelBytes: 1, labelAt: 0, classes: 10 },
  batches: { labels: "labels", classes: 10 },
  classes: ["airplane", "automobile", "bird", "cat", "deer", "dog", "frog", "horse", "ship", "truck"],
  // Of all pixels of the training split.
  statistics: { mean: [0.4914, 0.48216, 0.44653], std: [0.24703, 0.24349, 0.26159] },
};

/**
 * CIFAR-10: 50,000 training and 10,000 test images of 32 × 32 in colour, of 10 classes.
 *
 * Opening a split reads its files into memory (154 and 31 MB). It throws if they are missing, cut short or damaged.
 * Krizhevsky, Learning Multiple Layers of Features from Tiny Images, 2009.
 */
export function cifar10({ onProgress, ...given }: Cifar10Options = {}): Dataset {
  const options = parseOptions(
    "dataset",
    variant.name,
    z.strictObject(commonSchema(variant.archives, given.format)),
    given,
  );
  return {
    name: variant.name,
    options,
    source: { module: "@contrastive/data-cifar", export: "cifar10" },
    statistics: variant.statistics,
    open: open(variant, options, onProgress),
  };
}
