import type { Dataset } from "@contrastive/core";
import { createVariant, type MnistOptions } from "./variant.js";

/**
 * Fashion-MNIST: 60,000 training and 10,000 test images of 28 × 28 in grey, of ten kinds of clothing.
 *
 * Opening a split reads its files into memory (47 and 8 MB). It throws if they are missing, cut short or damaged.
 * Xiao, Rasul and Vollgraf, Fashion-MNIST, 2017 (arXiv 1708.07747).
 */
export function fashionMnist(options: MnistOptions = {}): Dataset {
  return createVariant(
    {
      name: "fashion-mnist",
      export: "fashionMnist",
      folder: "FashionMNIST/raw",
      url: "http://fashion-mnist.s3-website.eu-central-1.amazonaws.com/",
      md5: {
        "train-images-idx3-ubyte.gz": "8d4fb7e6c68d591d4c3dfef9ec88bf0d",
        "train-labels-idx1-ubyte.gz": "25c81989df183df01b3e8a0aad5dffbe",
        "t10k-images-idx3-ubyte.gz": "bef4ecab320f06d8554ea6380940ec79",
        "t10k-labels-idx1-ubyte.gz": "bb300cfdad3c16e7a12a480ee83cd310",
      },
      classes: [
        "T-shirt/top",
        "Trouser",
        "Pullover",
        "Dress",
        "Coat",
        "Sandal",
        "Shirt",
        "Sneaker",
        "Bag",
        "Ankle boot",
      ],
      // Of all pixels of the training split.
      statistics: { mean: [0.286], std: [0.353] },
    },
    options,
  );
}
