import { lossConformance } from "@contrastive/testing";
import { supCon, type SupConOptions } from "./index.js";

const cases: Record<string, SupConOptions> = {
  "supcon by default": {},
  "supcon outside, one-positive, baseTemperature 0.07": {
    temperature: 0.2,
    baseTemperature: 0.07,
    denominator: "one-positive",
  },
  "supcon outside, only-negatives, zero": {
    temperature: 0.2,
    denominator: "only-negatives",
    withoutPositives: "zero",
  },
  "supcon inside, all, first-view": { temperature: 0.2, summation: "inside", anchors: "first-view" },
  "supcon inside, one-positive, error": {
    temperature: 0.2,
    summation: "inside",
    denominator: "one-positive",
    withoutPositives: "error",
  },
  "supcon inside, only-negatives, error": {
    temperature: 0.2,
    summation: "inside",
    denominator: "only-negatives",
    withoutPositives: "error",
  },
};

for (const [name, options] of Object.entries(cases)) {
  lossConformance(name, () => supCon(options), { factory: supCon });
}

// Which positives stay depends on the order of the batch.
lossConformance("supcon with a cap", () => supCon({ positivesCap: 2 }), {
  factory: supCon,
  views: [1, 2],
  anyOrder: false,
});
