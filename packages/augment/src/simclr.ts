import { parseOptions, type ProgramAugmentation } from "@contrastive/core";
import * as z from "zod";
import { plugin } from "./plugin.js";
import { type Size, sizeSchema, squareOr } from "./schemas.js";
import { simAugment } from "./sim-augment.js";

export interface SimclrOptions {
  /** Of the view: a square's side, or height and width. Default `"input"`, the size of the image. */
  readonly size?: Size | "input";
  /** Of the colour jitter. Default `"auto"`: 1 as on ImageNet; 0.5 for views of at most 32 pixels, as on CIFAR. */
  readonly strength?: number | "auto";
}

const schema = z.strictObject({
  size: z.union([z.literal("input"), sizeSchema]).default("input"),
  strength: z.union([z.literal("auto"), z.number().min(0).max(2.5)]).default("auto"),
});

/** SimCLR's recipe for ImageNet, and for views of at most 32 pixels that for CIFAR: Chen et al. 2020 (arXiv 2002.05709), appendix A and B.9. */
export function simclr(given: SimclrOptions = {}): ProgramAugmentation {
  const options = parseOptions("augmentation", "simclr", schema, given);
  const { size, strength } = options;
  const scale = [0.08, 1] as const;
  const [small, large] = [0.5, 1].map((usual) =>
    simAugment({ size, scale, strength: strength === "auto" ? usual : strength }),
  );
  return {
    ...plugin("simclr", "simclr", options),
    output: large.output,
    sample(key, from) {
      const { height, width } = squareOr(size, from);
      return (Math.min(height, width) <= 32 ? small : large).sample(key, from);
    },
  };
}
