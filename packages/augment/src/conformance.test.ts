import type { TensorAugmentation } from "@contrastive/core";
import { augmentationConformance } from "@contrastive/testing";
import * as tf from "@tensorflow/tfjs-core";
import {
  autoAugment,
  centerCrop,
  colorJitter,
  compose,
  gaussianBlur,
  gentle,
  grayscale,
  identity,
  multiCrop,
  randAugment,
  randomAffine,
  randomAutocontrast,
  randomBend,
  randomCrop,
  randomEqualize,
  randomErasing,
  randomFlip,
  randomInvert,
  randomPerspective,
  randomPosterize,
  randomResizedCrop,
  randomRotation,
  randomSharpness,
  randomSolarize,
  resize,
  simAugment,
  simclr,
  stackedRandAugment,
  supcontrast,
  trivialAugment,
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
augmentationConformance("random bend", () => randomBend({ probability: 1 }), { factory: randomBend });
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
for (const factory of [
  autoAugment,
  gentle,
  randAugment,
  randomCrop,
  randomEqualize,
  randomErasing,
  randomInvert,
  randomPerspective,
  randomPosterize,
  randomRotation,
  randomSharpness,
  randomSolarize,
  simclr,
  stackedRandAugment,
  supcontrast,
  trivialAugment,
]) {
  augmentationConformance(factory.name, () => factory(), { factory });
}
// The pictures reach from black to white, so that nothing is seen of what it draws.
augmentationConformance("random autocontrast", () => randomAutocontrast(), {
  factory: randomAutocontrast,
  random: false,
});
augmentationConformance(
  "random affine",
  () =>
    randomAffine({
      degrees: [-90, 10],
      translate: [0.2, 0.1],
      scale: [0.7, 1.5],
      shear: 10,
      interpolation: "bilinear",
      fill: 0.7,
    }),
  { factory: randomAffine },
);
augmentationConformance("random crop, smaller", () => randomCrop({ size: [20, 30], border: "reflect" }), {
  factory: randomCrop,
});
augmentationConformance("random erasing with noise", () => randomErasing({ value: "noise" }), {
  factory: randomErasing,
});
augmentationConformance("random erasing in a colour", () => randomErasing({ value: [0.1, 0.2, 0.3] }), {
  factory: randomErasing,
});
augmentationConformance("far perspective", () => randomPerspective({ distortion: 1, border: "edge" }), {
  factory: randomPerspective,
});
for (const policy of ["cifar10", "svhn"] as const) {
  augmentationConformance(`auto augment of ${policy}`, () => autoAugment({ policy }), {
    factory: autoAugment,
  });
}
augmentationConformance("a local view of multi-crop", () => multiCrop({ localSize: 12 })[2]);
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
