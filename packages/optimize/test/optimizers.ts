import type { GradientTransform } from "@contrastive/core";
import {
  adam,
  adamw,
  addDecayedWeights,
  chain,
  clipByGlobalNorm,
  lars,
  partition,
  rmsprop,
  scaleByAdam,
  scaleByLearningRate,
  scaleByRms,
  scaleByTrustRatio,
  sgd,
  trace,
  warmupCosine,
} from "../src/index.js";

interface OptimizerCase {
  readonly name: string;
  readonly make: () => GradientTransform;
  readonly factory: (options: never) => GradientTransform;
  readonly decays?: boolean;
}

const learningRate = warmupCosine({ peak: 0.1, warmupEpochs: 1 });

/** Every optimizer and building block, with the options that matter. */
export const optimizers: readonly OptimizerCase[] = [
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
  {
    name: "partition",
    make: () =>
      partition([
        { weights: "fc.", optimizer: sgd({ momentum: 0.9 }) },
        { optimizer: adam({ learningRate }) },
      ]),
    factory: partition,
  },
  { name: "rmsprop, defaults", make: () => rmsprop(), factory: rmsprop },
  {
    name: "rmsprop, momentum and decay",
    make: () => rmsprop({ learningRate, momentum: 0.9, weightDecay: 0.1 }),
    factory: rmsprop,
    decays: true,
  },
  { name: "lars, defaults", make: () => lars(), factory: lars, decays: true },
  { name: "lars, no decay", make: () => lars({ learningRate, weightDecay: 0 }), factory: lars },
  {
    name: "chain that ends in an optimizer",
    make: () => chain([clipByGlobalNorm({ maxNorm: 0.5 }), adam()]),
    factory: chain,
  },
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
