import type { PluginTable } from "@contrastive/core";
import { centerCrop } from "./center-crop.js";
import { colorJitter } from "./color-jitter.js";
import { compose } from "./compose.js";
import { gaussianBlur } from "./gaussian-blur.js";
import { grayscale } from "./grayscale.js";
import { identity } from "./identity.js";
import { randomFlip } from "./random-flip.js";
import { randomResizedCrop } from "./random-resized-crop.js";
import { resize } from "./resize.js";
import { simAugment } from "./sim-augment.js";

export type { CenterCropOptions } from "./center-crop.js";
export type { ColorJitterOptions } from "./color-jitter.js";
export type { ComposedAugmentation, ComposeOptions } from "./compose.js";
export type { GaussianBlurOptions } from "./gaussian-blur.js";
export type { GrayscaleOptions } from "./grayscale.js";
export type { RandomFlipOptions } from "./random-flip.js";
export type { RandomResizedCropOptions } from "./random-resized-crop.js";
export type { ResizeOptions } from "./resize.js";
export type { Size } from "./schemas.js";
export type { SimAugmentOptions } from "./sim-augment.js";
export {
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
};

export const plugins = {
  augmentation: {
    "center-crop": centerCrop,
    "color-jitter": colorJitter,
    compose,
    "gaussian-blur": gaussianBlur,
    grayscale,
    identity,
    "random-flip": randomFlip,
    "random-resized-crop": randomResizedCrop,
    resize,
    "sim-augment": simAugment,
  },
} satisfies PluginTable;
