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

Object.assign(cases, {
  "supcon with class weights": { temperature: 0.2, classWeights: [0.2, 1, 3] },
  "supcon with class weights, zero": { classWeights: [0.2, 1, 3], withoutPositives: "zero" },
  "supcon of soft labels": { temperature: 0.2, labels: "soft" },
  "supcon of soft labels, inside": {
    temperature: 0.2,
    labels: "soft",
    summation: "inside",
  },
  "supcon with a memory": { temperature: 0.2, memory: { size: 7 } },
  "supcon with a memory of momentum keys": {
    temperature: 0.2,
    memory: { size: 30, warmupSteps: 2, keys: "momentum-encoder" },
  },
  "supcon with a memory of soft labels": { labels: "soft", memory: { size: 10, warmupSteps: 5 } },
  "supcon with all metrics": { temperature: 0.5, metrics: "all" },
  "supcon on the representation": { temperature: 0.5, on: "representation", metrics: "all", labels: "soft" },
} satisfies Record<string, SupConOptions>);

for (const [name, options] of Object.entries(cases)) {
  lossConformance(name, () => supCon(options), { factory: supCon });
}

// Which positives stay depends on the order of the batch.
lossConformance("supcon with a cap", () => supCon({ positivesCap: 2 }), {
  factory: supCon,
  views: [1, 2],
  anyOrder: false,
});
