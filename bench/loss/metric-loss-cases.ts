import type { Loss } from "@contrastive/core";
// By path: the benchmarks' package names what it needs for steps only.
import { crossEntropy } from "../../packages/loss-cross-entropy/src/index.js";
import {
  arcFace,
  circle,
  contrastive,
  cosFace,
  largeMarginSoftmax,
  liftedStructure,
  multiSimilarity,
  nPairs,
  proxyAnchor,
  proxyNca,
  softNearestNeighbor,
  softTriple,
  sphereFace,
  triplet,
} from "../../packages/loss-metric/src/index.js";
import { barlowTwins, byol, simSiam, vicReg } from "../../packages/loss-self-supervised/src/index.js";
import { dcl } from "../../packages/loss-simclr/src/index.js";

export interface MetricLossCase {
  readonly make: () => Loss;
  /**
   * Python that makes the peer's loss, to be called as `loss(rows, labels)`. It knows torch, all of pytorch-metric-learning's
   * modules, the numbers ROWS, DIM, CLASSES and VIEWS, and what `peers/metric_loss.py` makes of torch and of lightly.
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
  "large-margin-softmax": {
    make: () => largeMarginSoftmax({ annealing: 0 }),
    peer: "losses.LargeMarginSoftmaxLoss(CLASSES, DIM)",
    classes: 100,
  },
  "sphere-face": {
    make: () => sphereFace({ annealing: 0 }),
    peer: "losses.SphereFaceLoss(CLASSES, DIM)",
    classes: 100,
  },
  "cos-face": { make: () => cosFace(), peer: "losses.CosFaceLoss(CLASSES, DIM)", classes: 100 },
  "arc-face": { make: () => arcFace(), peer: "losses.ArcFaceLoss(CLASSES, DIM)", classes: 100 },
  "proxy-nca": {
    make: () => proxyNca(),
    peer: "losses.ProxyNCALoss(CLASSES, DIM, softmax_scale=9)",
    classes: 100,
  },
  "proxy-anchor": { make: () => proxyAnchor(), peer: "losses.ProxyAnchorLoss(CLASSES, DIM)", classes: 100 },
  "soft-triple": {
    make: () => softTriple({ regularization: 0 }),
    peer: "losses.SoftTripleLoss(CLASSES, DIM)",
    classes: 100,
  },
  "cross-entropy, 10 classes": { make: () => crossEntropy(), peer: "Classifier()", classes: 10 },
  "cross-entropy, 100 classes": { make: () => crossEntropy(), peer: "Classifier()", classes: 100 },
  dcl: { make: () => dcl(), peer: 'lightly("DCLLoss")', views: 2, classes: "samples" },
  "barlow-twins": {
    make: () => barlowTwins(),
    peer: 'lightly("BarlowTwinsLoss")',
    views: 2,
    classes: "samples",
  },
  vicreg: { make: () => vicReg(), peer: 'lightly("VICRegLoss")', views: 2, classes: "samples" },
  simsiam: { make: () => simSiam(), peer: "lightly_simsiam()", views: 2, classes: "samples" },
  byol: { make: () => byol(), peer: "lightly_byol(1024)", views: 2, classes: "samples" },
};
