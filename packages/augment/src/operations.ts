import type { ImageShape, Rng } from "@contrastive/core";
import type { ImageStep } from "@contrastive/ops";
import { roundHalfToEven } from "./schemas.js";
import { affineStep, type WarpOptions } from "./warp.js";

/** Of AutoAugment, RandAugment and TrivialAugment, by the names of the papers. */
export type Operation =
  | "Identity"
  | "ShearX"
  | "ShearY"
  | "TranslateX"
  | "TranslateY"
  | "Rotate"
  | "Brightness"
  | "Color"
  | "Contrast"
  | "Sharpness"
  | "Posterize"
  | "Solarize"
  | "AutoContrast"
  | "Equalize"
  | "Invert";

/** What an operation is at its strongest; a magnitude is a part of it. */
export interface Strengths {
  readonly shear: number;
  /** Pixels that an image may be moved along a side. */
  readonly translate: (side: number) => number;
  readonly degrees: number;
  /** By how much a factor of colour, contrast and so on differs from 1. */
  readonly enhance: number;
  /** Of eight bits, how many go. */
  readonly bits: number;
}

/** AutoAugment's and RandAugment's. */
export const usual: Strengths = {
  shear: 0.3,
  translate: (side) => (150 / 331) * side,
  degrees: 30,
  enhance: 0.9,
  bits: 4,
};

/** TrivialAugment's wide space. */
export const wide: Strengths = { shear: 0.99, translate: () => 32, degrees: 135, enhance: 0.99, bits: 6 };

const signed: readonly Operation[] = [
  "ShearX",
  "ShearY",
  "TranslateX",
  "TranslateY",
  "Rotate",
  "Brightness",
  "Color",
  "Contrast",
  "Sharpness",
];

/** The steps of an operation at a part of its strength, in a direction that is drawn where it has two. */
export function stepsOf(
  operation: Operation,
  part: number,
  strengths: Strengths,
  rng: Rng,
  from: ImageShape,
  warp: Required<WarpOptions>,
): readonly ImageStep[] {
  const direction = signed.includes(operation) && rng.uniform() < 0.5 ? -1 : 1;
  return stepsAt(operation, direction * part, strengths, from, warp);
}

/** The steps of an operation at a part of its strength, below 0 for the other direction. */
export function stepsAt(
  operation: Operation,
  part: number,
  strengths: Strengths,
  from: ImageShape,
  warp: Required<WarpOptions>,
): readonly ImageStep[] {
  const factor = Math.fround(1 + part * strengths.enhance);
  const shear = (Math.atan(part * strengths.shear) * 180) / Math.PI;
  switch (operation) {
    case "Identity":
      return [];
    case "ShearX":
      return [affineStep({ shear: [shear, 0], center: [0, 0] }, from, warp)];
    case "ShearY":
      return [affineStep({ shear: [0, shear], center: [0, 0] }, from, warp)];
    case "TranslateX": {
      const by = Math.trunc(part * strengths.translate(from.width));
      return [affineStep({ translate: [by, 0] }, from, warp)];
    }
    case "TranslateY": {
      const by = Math.trunc(part * strengths.translate(from.height));
      return [affineStep({ translate: [0, by] }, from, warp)];
    }
    case "Rotate":
      return [affineStep({ angle: -part * strengths.degrees }, from, warp)];
    case "Brightness":
      return [{ op: "brightness", factor }];
    case "Color":
      return from.channels === 1 ? [] : [{ op: "saturation", factor }];
    case "Contrast":
      return [{ op: "contrast", factor }];
    case "Sharpness":
      return [{ op: "sharpness", factor }];
    case "Posterize":
      return [{ op: "posterize", bits: 8 - roundHalfToEven(part * strengths.bits) }];
    case "Solarize":
      return [{ op: "solarize", threshold: Math.fround(1 - part) }];
    case "AutoContrast":
      return [{ op: "autocontrast" }];
    case "Equalize":
      return [{ op: "equalize" }];
    case "Invert":
      return [{ op: "invert" }];
  }
}
