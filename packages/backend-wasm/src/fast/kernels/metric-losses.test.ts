import { lossConformance } from "@contrastive/testing";
// By path: losses stand beside backends, and neither names the other.
import {
  circle,
  contrastive,
  liftedStructure,
  multiSimilarity,
  nPairs,
  softNearestNeighbor,
  triplet,
} from "../../../../loss-metric/src/index.js";
import { wasm } from "../../wasm.js";

const backend = wasm();
// Short, for these losses jump where a triplet or a pair begins to count.
const steps = { gradientStep: 2e-4, gradientTolerance: 2e-2 };

lossConformance("triplet", () => triplet(), { backend, ...steps });
lossConformance("triplet, hard, soft", () => triplet({ mining: "hard", margin: "soft" }), {
  backend,
  ...steps,
});
lossConformance("triplet, all", () => triplet({ mining: "all" }), { backend, ...steps });
lossConformance("triplet, all, soft", () => triplet({ mining: "all", margin: "soft" }), { backend });
lossConformance("contrastive", () => contrastive(), { backend, ...steps });
lossConformance("lifted structure", () => liftedStructure(), { backend });
lossConformance("multi-similarity", () => multiSimilarity(), { backend });
lossConformance("circle", () => circle(), { backend, stopsGradient: true });
lossConformance("soft nearest neighbour", () => softNearestNeighbor(), { backend });
lossConformance("n-pairs", () => nPairs(), { backend });
lossConformance("n-pairs of two views", () => nPairs({ pairs: "two-views" }), { backend });
