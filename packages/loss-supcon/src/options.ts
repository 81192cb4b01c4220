import { parseOptions, type Space } from "@contrastive/core";
import * as z from "zod";

export interface SupConOptions {
  /**
   * τ > 0. Default 0.1, as in the paper. The gradient is proportional to 1/τ and, as τ falls, comes from the hardest
   * negatives alone; a large τ weighs all alike. Lower it for clean labels and large batches, raise it where labels are noisy.
   */
  readonly temperature?: number;
  /**
   * The loss is multiplied by `temperature / baseTemperature`. Default `"temperature"`, whatever that is, which leaves the
   * loss as the paper writes it; 0.07 gives the numbers of the authors' PyTorch code, 1 those of its TensorFlow
   * code with `scale_by_temperature`. It scales the gradient as a learning rate would, and changes nothing else.
   */
  readonly baseTemperature?: number | "temperature";
  /**
   * Where the mean over positives stands: `"outside"` the logarithm (L_out, eq. 2), the default and the better of
   * the two in the paper, or `"inside"` (L_in, eq. 3). Outside, each positive pulls with 1/|P|; inside, with its share of
   * the positives' exponentials, so that those which are near already pull most and outliers of a class hardly at all.
   */
  readonly summation?: "outside" | "inside";
  /**
   * What a positive is divided by: the sum over `"all"` other views, the default and the paper's; `"one-positive"`: itself
   * and the negatives, which keeps positives from repelling each other; `"only-negatives"`, which moreover keeps the
   * gradient from vanishing where positives are near (the decoupling of arXiv 2110.06848); that loss may be negative.
   */
  readonly denominator?: "all" | "one-positive" | "only-negatives";
  /**
   * At most this many positives besides the anchor's own views: a multiple of the number of views, the first ones
   * in batch order. A positive that is capped out leaves numerator and denominator. Default `"none"`. The paper finds more
   * positives better; a cap shows by how much.
   */
  readonly positivesCap?: number | "none";
  /**
   * Which views take the anchor's place: `"all-views"`, the default, or the `"first-view"` of each sample, for half of the
   * work with two views; the other views then get a gradient as contrasts only.
   */
  readonly anchors?: "all-views" | "first-view";
  /**
   * An anchor with no positive, or with no negative under `"only-negatives"`: `"skip"`, the default, leaves it out
   * of the mean; `"zero"` counts it as 0, so that a batch with many such anchors takes a smaller step; `"error"` refuses the
   * batch.
   */
  readonly withoutPositives?: "skip" | "zero" | "error";
  /**
   * `"index"`, the default: each sample has one class. `"soft"`: rows `[batch, classes]` with 1 for each class that a sample
   * has. Samples are positives if they share a class, each weighted by Jaccard's index, the share of their classes in
   * common: a positive with one class of two in common pulls half as much as one with the same classes. A sample without a
   * class has no positives.
   */
  readonly labels?: "index" | "soft";
  /**
   * A weight for each class by which the mean over anchors is weighted, against imbalance: 1/frequency gives each class the
   * same part of the gradient. With soft labels an anchor has the mean weight of its classes. Default `"none"`: each anchor
   * counts once, so that large classes dominate. A sampler such as `classBalanced` is the other cure.
   */
  readonly classWeights?: readonly number[] | "none";
  /** A queue of past embeddings with their labels, as contrasts besides the batch's views; default `"none"`. */
  readonly memory?: SupConMemory | "none";
  /**
   * `"cheap"`, the default: what the loss knows anyway. `"all"`: also `alignment`, `uniformity`, `hardestNegativeCosine` and
   * `floor`, for another pass over all pairs.
   */
  readonly metrics?: "cheap" | "all";
  /** What the loss is on; default `"projection"`, as the paper's. */
  readonly on?: Space;
}

export interface SupConMemory {
  /** How many embeddings it holds, the newest ones; the paper has 8,192 for batches of 256 (section 4.1). */
  readonly size: number;
  /**
   * It is filled from the first step and used from this one on; default 0. Embeddings move fast at first, and old ones mislead
   * until they slow down (Wang et al. 2020, arXiv 1912.06798, section 3.2).
   */
  readonly warmupSteps?: number;
  /**
   * What enters it: embeddings of the `"encoder"`, the default, or of the `"momentum-encoder"`, which moves more slowly, so
   * that old ones stay comparable for longer (He et al. 2020, arXiv 1911.05722); it needs another forward pass a step.
   */
  readonly keys?: "encoder" | "momentum-encoder";
}

export type CompleteSupConOptions = Required<Omit<SupConOptions, "memory">> & {
  readonly memory: Required<SupConMemory> | "none";
};

const memory = z.strictObject({
  size: z.int().positive(),
  warmupSteps: z.int().min(0).default(0),
  keys: z.enum(["encoder", "momentum-encoder"]).default("encoder"),
});

const schema = z.strictObject({
  temperature: z.number().positive().default(0.1),
  baseTemperature: z.union([z.number().positive(), z.literal("temperature")]).default("temperature"),
  summation: z.enum(["outside", "inside"]).default("outside"),
  denominator: z.enum(["all", "one-positive", "only-negatives"]).default("all"),
  positivesCap: z.union([z.int().min(0), z.literal("none")]).default("none"),
  anchors: z.enum(["all-views", "first-view"]).default("all-views"),
  withoutPositives: z.enum(["skip", "zero", "error"]).default("skip"),
  labels: z.enum(["index", "soft"]).default("index"),
  classWeights: z
    .union([z.array(z.number().positive()).min(1).readonly(), z.literal("none")])
    .default("none"),
  memory: z.union([memory, z.literal("none")]).default("none"),
  metrics: z.enum(["cheap", "all"]).default("cheap"),
  on: z.enum(["representation", "projection"]).default("projection"),
});

/** The options with their defaults; throws for one that is wrong or unknown. */
export function completeOptions(given: SupConOptions): CompleteSupConOptions {
  return parseOptions("loss", "supcon", schema, given);
}

/** What the loss is multiplied by, τ / baseTemperature. */
export function scaleOf({ temperature, baseTemperature }: CompleteSupConOptions): number {
  return baseTemperature === "temperature" ? 1 : temperature / baseTemperature;
}
