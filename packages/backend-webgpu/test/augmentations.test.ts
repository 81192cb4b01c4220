import { augmentationConformance } from "@contrastive/testing";
// By path: augmentations stand above a backend, which can't name them.
import {
  centerCrop,
  colorJitter,
  compose,
  gaussianBlur,
  grayscale,
  randomFlip,
  randomResizedCrop,
  resize,
  simAugment,
} from "../../augment/src/index.js";
import { describeOnGpu, gpu } from "./gpu.js";

const inputs = [
  { height: 12, width: 16, channels: 3 },
  { height: 12, width: 16, channels: 1 },
  // More than workgroup memory holds.
  { height: 40, width: 33, channels: 3 },
];

/** Each kind of step. */
const all = () =>
  compose([
    randomFlip({ vertical: true }),
    resize({ size: [17, 15] }),
    gaussianBlur({ kernelSize: 9 }),
    colorJitter({ brightness: 3, contrast: 3, saturation: 3, hue: 0.5 }),
    randomResizedCrop(),
    randomFlip(),
    centerCrop({ size: [13, 11] }),
    grayscale(),
  ]);

describeOnGpu("augmentations", () => {
  const backend = gpu();
  augmentationConformance("sim augment", () => simAugment({ size: 14, strength: 1 }), { backend, inputs });
  augmentationConformance("compose of all", all, { backend, inputs: inputs.slice(0, 2) });
});
