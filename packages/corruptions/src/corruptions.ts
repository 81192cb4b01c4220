import { defocusBlur, gaussianBlur } from "./blur.js";
import { brightness, contrast, saturate } from "./color.js";
import type { Corruption } from "./corruption.js";
import { elasticTransform } from "./elastic-transform.js";
import { glassBlur } from "./glass-blur.js";
import { jpegCompression } from "./jpeg-compression.js";
import { motionBlur } from "./motion-blur.js";
import { gaussianNoise, impulseNoise, shotNoise, speckleNoise } from "./noise.js";
import { pixelate } from "./pixelate.js";
import { spatter } from "./spatter.js";
import { fog, frost, snow } from "./weather.js";
import { zoomBlur } from "./zoom-blur.js";

const common = {
  gaussianNoise,
  shotNoise,
  impulseNoise,
  defocusBlur,
  glassBlur,
  motionBlur,
  zoomBlur,
  snow,
  frost,
  fog,
  brightness,
  contrast,
  elasticTransform,
  pixelate,
  jpegCompression,
};

const extra = { speckleNoise, gaussianBlur, spatter, saturate };

export type CorruptionName = keyof typeof common | keyof typeof extra;

export const corruptions: Readonly<Record<CorruptionName, Corruption>> = { ...common, ...extra };

/** The 15 of which the benchmarks' mean is taken, in their order. */
export const commonCorruptions = Object.keys(common) as (keyof typeof common)[];

/** The four that are there to choose hyperparameters by. */
export const extraCorruptions = Object.keys(extra) as (keyof typeof extra)[];
