import { type Loss, parseOptions, type Space } from "@contrastive/core";
import { tripletSums } from "@contrastive/ops";
import * as z from "zod";
import { type Distance, nearness } from "./distance.js";
import { pairLoss } from "./pair-loss.js";
import { ratioOfSums } from "./ratio.js";

export interface TripletOptions {
  /**
   * Which triplets count. `"semi-hard"`, the default and FaceNet's: those whose negative is farther than the positive, but
   * by less than the margin. Harder ones, whose gradient early in training pulls everything to one point, are left out,
   * and a batch has many of these. `"hard"` (Hermans et al., "batch hard"): for each anchor the farthest positive and
   * the nearest negative; it learns fastest where training is stable and labels are clean. `"all"`: every triplet that
   * violates the margin; the gentlest, for small batches.
   */
  readonly mining?: "semi-hard" | "hard" | "all";
  /**
   * By how much a negative must be farther than the positive. Default 0.2, FaceNet's; a larger one keeps more triplets
   * active, up to about 1 on unit length. `"soft"`: log(1 + e^u) in the place of max(0, u + margin), which never lets go of
   * a triplet (Hermans et al.); not for semi-hard ones, which a margin defines.
   */
  readonly margin?: number | "soft";
  /**
   * `"euclidean"`, the default: its gradient pulls with the same force at any distance. `"squared-euclidean"`, FaceNet's:
   * the force shrinks with the distance, which is smoother, but lets go of hard negatives nearby.
   */
  readonly distance?: Distance;
  /** Default true, as FaceNet; false leaves lengths free, as Hermans et al. do. */
  readonly unitLength?: boolean;
  /** Default `"projection"`. */
  readonly on?: Space;
}

const schema = z
  .strictObject({
    mining: z.enum(["semi-hard", "hard", "all"]).default("semi-hard"),
    margin: z.union([z.number().positive(), z.literal("soft")]).default(0.2),
    distance: z.enum(["euclidean", "squared-euclidean"]).default("euclidean"),
    unitLength: z.boolean().default(true),
    on: z.enum(["representation", "projection"]).default("projection"),
  })
  .refine(({ mining, margin }) => mining !== "semi-hard" || margin !== "soft", {
    path: ["margin"],
    message: 'a number where mining is "semi-hard"',
  });

/**
 * The triplet loss of embeddings `[batch, views, dim]` with int32 labels `[batch]`: an anchor a is to be nearer to each
 * positive p, a view with its label, than to each negative n.
 *
 *     u = d(a, p) − d(a, n) + margin
 *     loss = mean of max(0, u) over the active triplets, u > 0, or of log(1 + e^{u − margin}) over all
 *
 * Views are rows of their own: those of a sample are positives of each other. A batch without a triplet has loss 0.
 * Triplets are counted in sorted rows, so that nothing has rows³ elements; the soft margin of `"all"` alone takes rows³ time.
 *
 * Metric: `activeTriplets`, the share of the anchors' triplets (with `"hard"`, of their hardest ones) that count.
 *
 * Equals pytorch-metric-learning's TripletMarginLoss with its miners TripletMarginMiner(type_of_triplets="semihard"),
 * BatchHardMiner or none, and smooth_loss=True with margin=0 for the soft margin.
 *
 * Schroff et al. 2015, "FaceNet", eq. 2 and 4, arXiv 1503.03832; Hermans et al. 2017, "In Defense of the Triplet Loss for Person
 * Re-Identification", eq. 5, arXiv 1703.07737.
 */
export function triplet(given: TripletOptions = {}): Loss {
  const options = parseOptions("loss", "triplet", schema, given);
  const { mining, margin, distance, unitLength } = options;
  return pairLoss({
    name: "triplet",
    exported: "triplet",
    options,
    unitLength,
    compute({ x, labels }) {
      const { sums, active, possible } = tripletSums(x, labels, {
        version: 1,
        similarity: nearness(distance),
        mining,
        margin: margin === "soft" ? 0 : margin,
        hinge: margin === "soft" ? "softplus" : "relu",
      });
      return {
        loss: ratioOfSums(sums, active),
        metrics: { activeTriplets: ratioOfSums(active, possible) },
      };
    },
  });
}
