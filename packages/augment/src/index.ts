import type { PluginTable } from "@contrastive/core";
import { autoAugment } from "./auto-augment.js";
import { centerCrop } from "./center-crop.js";
import { colorJitter } from "./color-jitter.js";
import { compose } from "./compose.js";
import { cutMix } from "./cut-mix.js";
import { gaussianBlur } from "./gaussian-blur.js";
import { gentle } from "./gentle.js";
import { grayscale } from "./grayscale.js";
import { identity } from "./identity.js";
import { mixUp } from "./mix-up.js";
import { multiCrop } from "./multi-crop.js";
import { randAugment } from "./rand-augment.js";
import { randomAffine } from "./random-affine.js";
import { randomAutocontrast } from "./random-autocontrast.js";
import { randomBend } from "./random-bend.js";
import { randomCrop } from "./random-crop.js";
import { randomEqualize } from "./random-equalize.js";
import { randomErasing } from "./random-erasing.js";
import { randomFlip } from "./random-flip.js";
import { randomInvert } from "./random-invert.js";
import { randomMix } from "./random-mix.js";
import { randomPerspective } from "./random-perspective.js";
import { randomPosterize } from "./random-posterize.js";
import { randomResizedCrop } from "./random-resized-crop.js";
import { randomRotation } from "./random-rotation.js";
import { randomSharpness } from "./random-sharpness.js";
import { randomSolarize } from "./random-solarize.js";
import { resize } from "./resize.js";
import { simAugment } from "./sim-augment.js";
import { simclr } from "./simclr.js";
import { stackedRandAugment } from "./stacked-rand-augment.js";
import { supcontrast } from "./supcontrast.js";
import { trivialAugment } from "./trivial-augment.js";

export type { AutoAugmentOptions } from "./auto-augment.js";
export type { CenterCropOptions } from "./center-crop.js";
export type { ColorJitterOptions } from "./color-jitter.js";
export type { ComposedAugmentation, ComposeOptions } from "./compose.js";
export type { CutMixOptions } from "./cut-mix.js";
export type { GaussianBlurOptions } from "./gaussian-blur.js";
export type { GentleOptions } from "./gentle.js";
export type { GrayscaleOptions } from "./grayscale.js";
export type { MixUpOptions } from "./mix-up.js";
export type { MultiCropOptions } from "./multi-crop.js";
export type { RandAugmentOptions } from "./rand-augment.js";
export type { RandomAffineOptions } from "./random-affine.js";
export type { RandomAutocontrastOptions } from "./random-autocontrast.js";
export type { RandomBendOptions } from "./random-bend.js";
export type { RandomCropOptions } from "./random-crop.js";
export type { RandomEqualizeOptions } from "./random-equalize.js";
export type { RandomErasingOptions } from "./random-erasing.js";
export type { RandomFlipOptions } from "./random-flip.js";
export type { RandomInvertOptions } from "./random-invert.js";
export type { RandomMixOptions } from "./random-mix.js";
export type { RandomPerspectiveOptions } from "./random-perspective.js";
export type { RandomPosterizeOptions } from "./random-posterize.js";
export type { RandomResizedCropOptions } from "./random-resized-crop.js";
export type { RandomRotationOptions } from "./random-rotation.js";
export type { RandomSharpnessOptions } from "./random-sharpness.js";
export type { RandomSolarizeOptions } from "./random-solarize.js";
export type { ResizeOptions } from "./resize.js";
export type { Size, Spread } from "./schemas.js";
export type { SimAugmentOptions } from "./sim-augment.js";
export type { SimclrOptions } from "./simclr.js";
export type { StackedRandAugmentOptions } from "./stacked-rand-augment.js";
export type { SupcontrastOptions } from "./supcontrast.js";
export type { TrivialAugmentOptions } from "./trivial-augment.js";
export type { WarpOptions } from "./warp.js";
export {
  autoAugment,
  centerCrop,
  colorJitter,
  compose,
  cutMix,
  gaussianBlur,
  gentle,
  grayscale,
  identity,
  mixUp,
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
  randomMix,
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
};

export const plugins = {
  augmentation: {
    "auto-augment": autoAugment,
    "center-crop": centerCrop,
    "color-jitter": colorJitter,
    compose,
    "gaussian-blur": gaussianBlur,
    gentle,
    grayscale,
    identity,
    "rand-augment": randAugment,
    "random-affine": randomAffine,
    "random-autocontrast": randomAutocontrast,
    "random-bend": randomBend,
    "random-crop": randomCrop,
    "random-equalize": randomEqualize,
    "random-erasing": randomErasing,
    "random-flip": randomFlip,
    "random-invert": randomInvert,
    "random-perspective": randomPerspective,
    "random-posterize": randomPosterize,
    "random-resized-crop": randomResizedCrop,
    "random-rotation": randomRotation,
    "random-sharpness": randomSharpness,
    "random-solarize": randomSolarize,
    resize,
    "sim-augment": simAugment,
    simclr,
    "stacked-rand-augment": stackedRandAugment,
    supcontrast,
    "trivial-augment": trivialAugment,
  },
  mix: { cutmix: cutMix, mixup: mixUp, "random-mix": randomMix },
} satisfies PluginTable;
