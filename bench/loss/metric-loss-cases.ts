import type { Loss } from "@contrastive/core";
// By path: the benchmarks' package names what it needs for steps only.
import {
  circle,
  contrastive,
  liftedStructure,
  multiSimilarity,
  nPairs,
  softNearestNeighbor,
  triplet,
} from "../../packages/loss-metric/src/index.js";

export interface MetricLossCase {
  readonly make: () => Loss;
  /**
   * Python that makes the peer's loss, to be called as `loss(rows, labels)`. It knows torch, all of pytorch-metric-learning's
   * modules, and the numbers ROWS, DIM, CLASSES and VIEWS.
   */
  readonly peer: string;
  /** Python that makes a miner, whose choice is given to the loss. */
  readonly miner?: string;
  /** Default 1. */
  readonly views?: number;
  /** Default: what the command line says. `"samples"`: each sample is a class of its own. */
  readonly classes?: number | "samples";
  /** Default: what the command line says. */
  readonly rows?: number;
}

/** A line for each; the peer's options are those that make it the same loss. */
export const cases: Readonly<Record<string, MetricLossCase>> = {
  "triplet, semi-hard": {
    make: () => triplet(),
    peer: "losses.TripletMarginLoss(margin=0.2)",
    miner: 'miners.TripletMarginMiner(margin=0.2, type_of_triplets="semihard")',
  },
  "triplet, hard": {
    make: () => triplet({ mining: "hard" }),
    peer: "losses.TripletMarginLoss(margin=0.2)",
    miner: "miners.BatchHardMiner()",
  },
  "triplet, all": {
    make: () => triplet({ mining: "all" }),
    peer: "losses.TripletMarginLoss(margin=0.2)",
  },
  "triplet, all, soft": {
    make: () => triplet({ mining: "all", margin: "soft" }),
    peer: "losses.TripletMarginLoss(margin=0, smooth_loss=True)",
  },
  contrastive: {
    make: () => contrastive({ hinge: "linear" }),
    peer: "losses.ContrastiveLoss()",
  },
  "multi-similarity": {
    make: () => multiSimilarity({ mining: "none" }),
    peer: "losses.MultiSimilarityLoss()",
  },
  "multi-similarity, mined": {
    make: () => multiSimilarity(),
    peer: "losses.MultiSimilarityLoss()",
    miner: "miners.MultiSimilarityMiner()",
  },
  circle: { make: () => circle(), peer: "losses.CircleLoss()" },
  "soft-nearest-neighbor": {
    make: () => softNearestNeighbor(),
    peer: "losses.NCALoss(softmax_scale=5)",
  },
  // The peer compares one pair of each class; of samples of two views that is the paper's loss.
  "n-pairs, two views": {
    make: () => nPairs({ pairs: "two-views", penalty: 0 }),
    peer: "losses.NPairsLoss(distance=distances.DotProductSimilarity(normalize_embeddings=False))",
    views: 2,
    classes: "samples",
  },
  // The peer holds every positive pair against every negative one: 128 GB for 1,024 rows.
  "lifted-structure, 256 rows": {
    make: () => liftedStructure(),
    peer: "losses.LiftedStructureLoss()",
    rows: 256,
  },
};
