import { parseOptions, type ProgramAugmentation } from "@contrastive/core";
import * as z from "zod";
import { rangeSchema, type Size, sizeSchema } from "./schemas.js";
import { simAugment } from "./sim-augment.js";

export interface MultiCropOptions {
  /** Views of a large part of an image. Default 2. */
  readonly globals?: number;
  /** Views of a small part. Default 6. */
  readonly locals?: number;
  /** Of the global views. Default 224. */
  readonly size?: Size;
  /** Of the local views. Default 96. */
  readonly localSize?: Size;
  /** A global crop's area as a part of the image's. Default [0.14, 1]. */
  readonly scale?: readonly [least: number, most: number];
  /** A local crop's. Default [0.05, 0.14]. */
  readonly localScale?: readonly [least: number, most: number];
  /** Of the colour jitter, as `simAugment`'s. Default 1. */
  readonly strength?: number;
}

const schema = z.strictObject({
  globals: z.int().min(1).default(2),
  locals: z.int().min(0).default(6),
  size: sizeSchema.default(224),
  localSize: sizeSchema.default(96),
  scale: rangeSchema(1).default([0.14, 1]),
  localScale: rangeSchema(1).default([0.05, 0.14]),
  strength: z.number().min(0).max(2.5).default(1),
});

/**
 * A config's `views`: some of a large part of the image, and then some smaller ones of a small part.
 *
 * Defaults of SwAV, Caron et al. 2020 (arXiv 2006.09882). The encoder must take images of both sizes; each size is encoded by itself.
 */
export function multiCrop(given: MultiCropOptions = {}): readonly ProgramAugmentation[] {
  const options = parseOptions("augmentation", "multi-crop", schema, given);
  const { size, scale, strength } = options;
  const whole = simAugment({ size, scale, strength });
  const part = simAugment({ size: options.localSize, scale: options.localScale, strength });
  return [...Array(options.globals).fill(whole), ...Array(options.locals).fill(part)];
}
