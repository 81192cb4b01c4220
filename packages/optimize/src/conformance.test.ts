import type { GradientTransform, Schedule } from "@contrastive/core";
import { cpu, optimizerConformance, scheduleConformance } from "@contrastive/testing";
import { stockWasm } from "../test/stock-wasm.js";
import {
  adam,
  adamw,
  addDecayedWeights,
  chain,
  chained,
  clipByGlobalNorm,
  constant,
  cosine,
  exponential,
  lars,
  linear,
  rmsprop,
  scaleByAdam,
  scaleByLearningRate,
  scaleByRms,
  scaleByTrustRatio,
  sgd,
  step,
  trace,
  warmup,
  warmupCosine,
} from "./index.js";

interface OptimizerCase {
  readonly name: string;
  readonly make: () => GradientTransform;
  readonly factory: (options: never) => GradientTransform;
  readonly decays?: boolean;
}

const learningRate = warmupCosine({ peak: 0.1, warmupEpochs: 1 });

const optimizers: readonly OptimizerCase[] = [
  { name: "sgd, defaults", make: () => sgd(), factory: sgd },
  {
    name: "sgd, everything on",
    make: () => sgd({ learningRate, momentum: 0.9, nesterov: true, weightDecay: 0.1, decay: "matrices" }),
    factory: sgd,
    decays: true,
  },
  { name: "adam, defaults", make: () => adam(), factory: adam },
  { name: "adam, decay", make: () => adam({ learningRate, weightDecay: 0.1 }), factory: adam, decays: true },
  { name: "adamw", make: () => adamw({ learningRate }), factory: adamw, decays: true },
  { name: "rmsprop, defaults", make: () => rmsprop(), factory: rmsprop },
  {
    name: "rmsprop, momentum and decay",
    make: () => rmsprop({ learningRate, momentum: 0.9, weightDecay: 0.1 }),
    factory: rmsprop,
    decays: true,
  },
  { name: "lars, defaults", make: () => lars(), factory: lars, decays: true },
  { name: "lars, no decay", make: () => lars({ learningRate, weightDecay: 0 }), factory: lars },
  { name: "chain of none", make: () => chain([]), factory: chain },
  {
    name: "chain of two optimizers' parts",
    make: () => chain([clipByGlobalNorm({ maxNorm: 0.5 }), sgd({ momentum: 0.9 }), trace({ momentum: 0.5 })]),
    factory: chain,
  },
  { name: "addDecayedWeights", make: () => addDecayedWeights(), factory: addDecayedWeights, decays: true },
  { name: "clipByGlobalNorm", make: () => clipByGlobalNorm(), factory: clipByGlobalNorm },
  { name: "scaleByAdam", make: () => scaleByAdam(), factory: scaleByAdam },
  { name: "scaleByLearningRate", make: () => scaleByLearningRate(), factory: scaleByLearningRate },
  { name: "scaleByRms", make: () => scaleByRms(), factory: scaleByRms },
  { name: "scaleByTrustRatio", make: () => scaleByTrustRatio(), factory: scaleByTrustRatio },
  { name: "trace", make: () => trace(), factory: trace },
];

for (const backend of [cpu(), stockWasm()]) {
  for (const { name, make, factory, decays } of optimizers) {
    optimizerConformance(name, make, { factory, decays, backend });
  }
}

interface ScheduleCase {
  readonly name: string;
  readonly make: () => Schedule;
  readonly factory: (options: never) => Schedule;
}

const schedules: readonly ScheduleCase[] = [
  { name: "constant", make: () => constant({ value: 0.3 }), factory: constant },
  { name: "linear", make: () => linear({ initial: 0, end: 0.3 }), factory: linear },
  { name: "cosine", make: () => cosine({ initial: 0.3, end: 0.01 }), factory: cosine },
  { name: "step", make: () => step({ atEpochs: [1, 20] }), factory: step },
  { name: "exponential", make: () => exponential(), factory: exponential },
  { name: "warmup", make: () => warmup({ epochs: 0.7, to: linear() }), factory: warmup },
  { name: "warmup, none", make: () => warmup({ epochs: 0 }), factory: warmup },
  { name: "warmupCosine", make: () => warmupCosine(), factory: warmupCosine },
  {
    name: "chained",
    make: () => chained([{ schedule: linear(), epochs: 1.5 }, { schedule: warmupCosine() }]),
    factory: chained,
  },
  { name: "chained, one", make: () => chained([{ schedule: cosine(), epochs: 2 }]), factory: chained },
];

for (const { name, make, factory } of schedules) scheduleConformance(name, make, { factory });
