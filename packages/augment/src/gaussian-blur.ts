import { ContrastiveError, type ImageShape, parseOptions, type ProgramAugmentation } from "@contrastive/core";
import * as z from "zod";
import { between, drawsOf } from "./draws.js";
import { plugin } from "./plugin.js";
import { probability, rangeSchema } from "./schemas.js";

export interface GaussianBlurOptions {
  /** Pixels, odd. Default `"auto"`: a tenth of the shorter side made odd, as SimCLR (23 for 224 pixels, 3 for 32). */
  readonly kernelSize?: number | "auto";
  /** The standard deviation in pixels is drawn from this range. Default [0.1, 2], as SimCLR. */
  readonly sigma?: readonly [least: number, most: number];
  /** Default 0.5, as SimCLR. */
  readonly probability?: number;
}

const schema = z.strictObject({
  kernelSize: z
    .union([
      z.literal("auto"),
      z
        .int()
        .min(1)
        .refine((size) => size % 2 === 1, "odd"),
    ])
    .default("auto"),
  sigma: rangeSchema(Infinity).default([0.1, 2]),
  probability: probability.default(0.5),
});

/** Blurs an image, or leaves it. Throws where half the kernel is not smaller than the image. */
export function gaussianBlur(given: GaussianBlurOptions = {}): ProgramAugmentation {
  const options = parseOptions("augmentation", "gaussian-blur", schema, given);
  return {
    ...plugin("gaussian-blur", "gaussianBlur", options),
    output: (input) => input,
    sample(key, from) {
      const kernelSize = options.kernelSize === "auto" ? tenthOf(from) : fitting(options.kernelSize, from);
      const rng = drawsOf(key);
      if (rng.uniform() >= options.probability) return { output: from, steps: [] };
      const sigma = between(rng, ...options.sigma);
      return { output: from, steps: [{ op: "gaussianBlur", kernelSize, sigma }] };
    },
  };
}

function tenthOf({ height, width }: ImageShape): number {
  return 2 * Math.floor(Math.min(height, width) / 20) + 1;
}

function fitting(kernelSize: number, { height, width }: ImageShape): number {
  if (kernelSize < 2 * Math.min(height, width)) return kernelSize;
  throw new ContrastiveError({
    who: 'augmentation "gaussian-blur"',
    what: `half of kernelSize ${kernelSize} must be smaller than the image`,
    got: `${height}×${width}`,
  });
}
