import type { ChannelStatistics } from "@contrastive/core";
import * as z from "zod";

/** How an image becomes pixels. */
export interface Decoding {
  /** In pixels; see `fit`. Default 224. */
  readonly size?: number;
  /**
   * `"square"` (default) scales the shorter side to `size` and cuts the longer one to it around the centre, so that all
   * images have one shape. `"shorter-side"` only scales: then views must begin with a crop or a resize, and so must an
   * evaluation.
   */
  readonly fit?: "square" | "shorter-side";
  /** An image of more pixels is refused as one that can't be read; default 100 million. */
  readonly maxPixels?: number;
}

export interface SkippedImage {
  readonly path: string;
  readonly why: string;
  /** So far in this split, this one among them. */
  readonly count: number;
}

/** What all datasets of image files take. */
export interface ImageOptions extends Decoding {
  /**
   * What happens where a file can't be read: `"throw"` (default) an error that names it, or `"skip"`: it is told to
   * `onSkip`, and the next image of its class that can be read stands in for it, the same one each time.
   */
  readonly onError?: "throw" | "skip";
  /** Default: a warning on the console. Not part of the record of a run. */
  readonly onSkip?: (skipped: SkippedImage) => void;
  /** Of the training images; default: those of ImageNet. */
  readonly statistics?: ChannelStatistics;
}

const perChannel = z.array(z.number().min(0).max(1)).length(3).readonly();

/** Their schema, but for the function. */
export const imageSchema = {
  size: z.int().min(1).max(16_384).default(224),
  fit: z.enum(["square", "shorter-side"]).default("square"),
  maxPixels: z.int().min(1).default(100_000_000),
  onError: z.enum(["throw", "skip"]).default("throw"),
  statistics: z
    .strictObject({ mean: perChannel, std: perChannel })
    .default({ mean: [0.485, 0.456, 0.406], std: [0.229, 0.224, 0.225] }),
};

/** The share of each class that is held out where nothing says what is test. */
export const testFraction = z.number().min(0).lt(1).default(0.2);

export function warnOfSkipped(who: string): (skipped: SkippedImage) => void {
  return ({ path, why, count }) => console.warn(`${who}: skipped ${path}, ${count} so far: ${why}`);
}
