import type { TensorAugmentation } from "@contrastive/core";
import { augmentationConformance } from "@contrastive/testing";
import * as tf from "@tensorflow/tfjs-core";
import {
  centerCrop,
  colorJitter,
  compose,
  gaussianBlur,
  grayscale,
  identity,
  randomFlip,
  randomResizedCrop,
  resize,
  simAugment,
} from "./index.js";
import { drawsOf } from "./draws.js";

/** Dims each image by a factor of its own: an augmentation as a user would write it. */
function dim(): TensorAugmentation {
  return {
    name: "dim",
    options: {},
    output: (input) => input,
    apply: (images, keys) =>
      tf.tidy(() => {
        const factors = keys.map((key) => drawsOf(key).uniform());
        return images.mul(tf.tensor4d(factors, [keys.length, 1, 1, 1]));
      }),
  };
}

const color = [{ height: 32, width: 32, channels: 3 }];

augmentationConformance("random resized crop", () => randomResizedCrop(), { factory: randomResizedCrop });
augmentationConformance("random resized crop to a size", () => randomResizedCrop({ size: [20, 24] }), {
  factory: randomResizedCrop,
});
augmentationConformance("random flip", () => randomFlip(), { factory: randomFlip });
augmentationConformance("vertical flip", () => randomFlip({ vertical: true }), { factory: randomFlip });
augmentationConformance("color jitter", () => colorJitter(), { factory: colorJitter });
augmentationConformance("strong color jitter", () => colorJitter({ brightness: 3, contrast: 3, hue: 0.5 }), {
  factory: colorJitter,
});
// On grey images it has nothing to do, and so nothing to draw; that they pass is seen in "sim augment".
augmentationConformance("grayscale", () => grayscale(), { factory: grayscale, inputs: color });
augmentationConformance("gaussian blur", () => gaussianBlur({ kernelSize: 9 }), { factory: gaussianBlur });
augmentationConformance("resize", () => resize({ size: 24 }), { factory: resize, random: false });
augmentationConformance("center crop", () => centerCrop({ size: [24, 17] }), {
  factory: centerCrop,
  random: false,
});
augmentationConformance("identity", () => identity(), { factory: identity, random: false });
augmentationConformance("sim augment", () => simAugment(), { factory: simAugment });
augmentationConformance("sim augment, enlarged", () => simAugment({ size: 40, strength: 1 }), {
  factory: simAugment,
});
augmentationConformance(
  "compose of programs",
  () => compose([resize({ size: 36 }), randomFlip(), grayscale()]),
  {
    factory: compose,
  },
);
augmentationConformance("compose of nothing", () => compose([]), { factory: compose, random: false });
augmentationConformance("tensor augmentation", () => dim());
augmentationConformance("compose with a tensor augmentation", () => ({
  ...compose([randomFlip(), compose([dim()]), dim()]),
  source: undefined,
}));
