import { parseOptions } from "@contrastive/core";
import * as z from "zod";

export interface SupConOptions {
  /** τ > 0. Default 0.1, as in the paper. */
  readonly temperature?: number;
  /**
   * The loss is multiplied by `temperature / baseTemperature`. Default: the temperature itself, which leaves the
   * loss as the paper writes it; 0.07 gives the numbers of the authors' PyTorch code, 1 those of its TensorFlow
   * code with `scale_by_temperature`.
   */
  readonly baseTemperature?: number;
  /**
   * Where the mean over positives stands: `"outside"` the logarithm (L_out, eq. 2), the default and the better of
   * the two in the paper, or `"inside"` (L_in, eq. 3).
   */
  readonly summation?: "outside" | "inside";
  /**
   * What a positive is divided by: the sum over `"all"` other views, the default and the paper's;
   * `"one-positive"`: itself and the negatives; `"only-negatives"`.
   */
  readonly denominator?: "all" | "one-positive" | "only-negatives";
  /**
   * At most this many positives besides the anchor's own views: a multiple of the number of views, the first ones
   * in batch order. A positive that is capped out leaves numerator and denominator. Default `"none"`.
   */
  readonly positivesCap?: number | "none";
  /** Which views take the anchor's place: `"all-views"`, the default, or the `"first-view"` of each sample. */
  readonly anchors?: "all-views" | "first-view";
  /**
   * An anchor with no positive, or with no negative under `"only-negatives"`: `"skip"`, the default, leaves it out
   * of the mean; `"zero"` counts it as 0; `"error"` refuses the batch.
   */
  readonly withoutPositives?: "skip" | "zero" | "error";
}

export type CompleteSupConOptions = Required<SupConOptions>;

const schema = z.strictObject({
  temperature: z.number().positive().default(0.1),
  baseTemperature: z.number().positive().optional(),
  summation: z.enum(["outside", "inside"]).default("outside"),
  denominator: z.enum(["all", "one-positive", "only-negatives"]).default("all"),
  positivesCap: z.union([z.int().min(0), z.literal("none")]).default("none"),
  anchors: z.enum(["all-views", "first-view"]).default("all-views"),
  withoutPositives: z.enum(["skip", "zero", "error"]).default("skip"),
});

/** The options with their defaults; throws for one that is wrong or unknown. */
export function completeOptions(given: SupConOptions): CompleteSupConOptions {
  const parsed = parseOptions("loss", "supcon", schema, given);
  return { ...parsed, baseTemperature: parsed.baseTemperature ?? parsed.temperature };
}
