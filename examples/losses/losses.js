// Every loss of these packages by its name, with options for small batches of small images.
import { sum } from "@contrastive/core";
import { crossEntropy } from "@contrastive/loss-cross-entropy";
import * as metric from "@contrastive/loss-metric";
import { barlowTwins, byol, simSiam, vicReg } from "@contrastive/loss-self-supervised";
import { dcl, dclw, moco, simclr } from "@contrastive/loss-simclr";
import { supCon } from "@contrastive/loss-supcon";

export const losses = {
  supcon: supCon(),
  "supcon, L_in": supCon({ summation: "inside" }),
  "supcon, memory": supCon({ memory: { size: 1024, warmupSteps: 64 } }),
  "supcon + cross-entropy": sum([
    [1, supCon()],
    [0.5, crossEntropy()],
  ]),
  "cross-entropy": crossEntropy(),
  "large-margin-softmax": metric.largeMarginSoftmax(),
  "sphere-face": metric.sphereFace(),
  "cos-face": metric.cosFace(),
  "arc-face": metric.arcFace(),
  "proxy-nca": metric.proxyNca(),
  "proxy-anchor": metric.proxyAnchor(),
  "soft-triple": metric.softTriple(),
  triplet: metric.triplet(),
  contrastive: metric.contrastive(),
  "n-pairs": metric.nPairs(),
  "lifted-structure": metric.liftedStructure(),
  "multi-similarity": metric.multiSimilarity(),
  circle: metric.circle(),
  "soft-nearest-neighbor": metric.softNearestNeighbor(),
  simclr: simclr(),
  moco: moco({ size: 1024 }),
  dcl: dcl(),
  dclw: dclw(),
  "barlow-twins": barlowTwins(),
  vicreg: vicReg(),
  simsiam: simSiam(),
  byol: byol(),
};
