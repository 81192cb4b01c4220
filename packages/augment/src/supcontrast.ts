import { parseOptions, type ProgramAugmentation } from "@contrastive/core";
import * as z from "zod";
import { plugin } from "./plugin.js";
import { type Size, sizeSchema } from "./schemas.js";
import { simAugment } from "./sim-augment.js";

export interface SupcontrastOptions {
  /** Of the view: a square's side, or height and width. Default `"input"`, the size of the image. */
  readonly size?: Size | "input";
}

const schema = z.strictObject({ size: z.union([z.literal("input"), sizeSchema]).default("input") });

/** The recipe of SupContrast, the code of Khosla et al. 2020 (arXiv 2004.11362), on images of any size: no blur. */
export function supcontrast(given: SupcontrastOptions = {}): ProgramAugmentation {
  const options = parseOptions("augmentation", "supcontrast", schema, given);
  const { output, sample } = simAugment({ ...options, blurProbability: 0 });
  return { ...plugin("supcontrast", "supcontrast", options), output, sample };
}
