import type { Dataset } from "@contrastive/core";
import { createVariant, type MnistOptions } from "./variant.js";

/**
 * MNIST: 60,000 training and 10,000 test images of 28 × 28 in grey, of the ten digits.
 *
 * Opening a split reads its files into memory (47 and 8 MB). It throws if they are missing, cut short or damaged.
 * LeCun, Cortes and Burges, The MNIST database of handwritten digits, 1998.
 */
export function mnist(options: MnistOptions = {}): Dataset {
  return createVariant(
    {
      name: "mnist",
      export: "mnist",
      folder: "MNIST/raw",
      // The authors' page no longer gives the files to programs; this is the copy that PyTorch keeps.
      url: "https://ossci-datasets.s3.amazonaws.com/mnist/",
      md5: {
        "train-images-idx3-ubyte.gz": "f68b3c2dcbeaaa9fbdd348bbdeb94873",
        "train-labels-idx1-ubyte.gz": "d53e105ee54ea40749a09fcbcd1e9432",
        "t10k-images-idx3-ubyte.gz": "9fb629c4189551a2d022fa330f9573f3",
        "t10k-labels-idx1-ubyte.gz": "ec29112dd5afa0611ce80d1b7f02629c",
      },
      classes: ["0", "1", "2", "3", "4", "5", "6", "7", "8", "9"],
      // Of all pixels of the training split, as published.
      statistics: { mean: [0.1307], std: [0.3081] },
    },
    options,
  );
}
