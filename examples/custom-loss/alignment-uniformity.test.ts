import { lossConformance } from "@contrastive/testing";
import { alignmentUniformity } from "./alignment-uniformity.js";

lossConformance("alignment-uniformity", () => alignmentUniformity(), {
  factory: alignmentUniformity,
  views: [2],
});
