import type { PluginTable } from "@contrastive/core";
import { arcFace } from "./arc-face.js";
import { circle } from "./circle.js";
import { contrastive } from "./contrastive.js";
import { cosFace } from "./cos-face.js";
import { largeMarginSoftmax } from "./large-margin-softmax.js";
import { liftedStructure } from "./lifted-structure.js";
import { multiSimilarity } from "./multi-similarity.js";
import { nPairs } from "./n-pairs.js";
import { proxyAnchor } from "./proxy-anchor.js";
import { proxyNca } from "./proxy-nca.js";
import { softNearestNeighbor } from "./soft-nearest-neighbor.js";
import { softTriple } from "./soft-triple.js";
import { sphereFace } from "./sphere-face.js";
import { triplet } from "./triplet.js";

export { arcFace, type ArcFaceOptions } from "./arc-face.js";
export { circle, type CircleOptions } from "./circle.js";
export { contrastive, type ContrastiveOptions } from "./contrastive.js";
export { cosFace, type CosFaceOptions } from "./cos-face.js";
export type { Distance } from "./distance.js";
export { largeMarginSoftmax, type LargeMarginSoftmaxOptions } from "./large-margin-softmax.js";
export { liftedStructure, type LiftedStructureOptions } from "./lifted-structure.js";
export { multiSimilarity, type MultiSimilarityOptions } from "./multi-similarity.js";
export { nPairs, type NPairsOptions } from "./n-pairs.js";
export { proxyAnchor, type ProxyAnchorOptions } from "./proxy-anchor.js";
export { proxyNca, type ProxyNcaOptions } from "./proxy-nca.js";
export { softNearestNeighbor, type SoftNearestNeighborOptions } from "./soft-nearest-neighbor.js";
export { softTriple, type SoftTripleOptions } from "./soft-triple.js";
export { sphereFace, type SphereFaceOptions } from "./sphere-face.js";
export { triplet, type TripletOptions } from "./triplet.js";

export const plugins = {
  loss: {
    "arc-face": arcFace,
    circle,
    contrastive,
    "cos-face": cosFace,
    "large-margin-softmax": largeMarginSoftmax,
    "lifted-structure": liftedStructure,
    "multi-similarity": multiSimilarity,
    "n-pairs": nPairs,
    "proxy-anchor": proxyAnchor,
    "proxy-nca": proxyNca,
    "soft-nearest-neighbor": softNearestNeighbor,
    "soft-triple": softTriple,
    "sphere-face": sphereFace,
    triplet,
  },
} satisfies PluginTable;
