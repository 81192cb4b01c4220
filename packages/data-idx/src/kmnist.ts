import type { Dataset } from "@contrastive/core";
import { createVariant, type MnistOptions } from "./variant.js";

/**
 * Kuzushiji-MNIST: 60,000 training and 10,000 test images of 28 × 28 in grey, of ten characters of old Japanese script.
 *
 * Opening a split reads its files into memory (47 and 8 MB). It throws if they are missing, cut short or damaged.
 * Clanuwat et al., Deep Learning for Classical Japanese Literature, 2018 (arXiv 1812.01718).
 */
export function kmnist(options: MnistOptions = {}): Dataset {
  return createVariant(
    {
      name: "kmnist",
      export: "kmnist",
      folder: "KMNIST/raw",
      url: "http://codh.rois.ac.jp/kmnist/dataset/kmnist/",
      md5: {
        "train-images-idx3-ubyte.gz": "bdb82020997e1d708af4cf47b453dcf7",
        "train-labels-idx1-ubyte.gz": "e144d726b3acfaa3e44228e80efcd344",
        "t10k-images-idx3-ubyte.gz": "5c965bf0a639b31b8f53240b1b52f4d7",
        "t10k-labels-idx1-ubyte.gz": "7320c461ea6c1c855c0b718fb2a4b134",
      },
      classes: ["o", "ki", "su", "tsu", "na", "ha", "ma", "ya", "re", "wo"],
      // Of all pixels of the training split, as others have published them.
      statistics: { mean: [0.1918], std: [0.3483] },
    },
    options,
  );
}
