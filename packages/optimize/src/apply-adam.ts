import type { GradientTransform } from "@contrastive/core";
import { adamUpdate } from "@contrastive/ops";
import { conditional } from "./conditional.js";
import { type LearningRate, rateAt } from "./learning-rate.js";
import { covers, type Mask } from "./mask.js";
import { stateOf, under } from "./params.js";
import type { ScaleByAdamOptions } from "./scale-by-adam.js";

interface Settings extends Required<ScaleByAdamOptions> {
  readonly learningRate: LearningRate;
  readonly weightDecay: number;
  readonly decay: Mask;
}

/** `apply` and `applyIf` of an optimizer whose chain has its `scaleByAdam` at the position `moments`. */
export function applyAdam(
  { learningRate, weightDecay, decay, ...betas }: Settings,
  { name: who, moments, decoupled }: { name: string; moments: string; decoupled: boolean },
): Required<Pick<GradientTransform, "apply" | "applyIf">> {
  const [mean, meanSquare] = [`${moments}/mean`, `${moments}/meanSquare`];
  return conditional((condition, gradients, state, { weights, ...progress }) => {
    const next = adamUpdate(
      {
        weights,
        gradients,
        mean: stateOf(who, mean, state, gradients),
        meanSquare: stateOf(who, meanSquare, state, gradients),
      },
      {
        ...betas,
        step: progress.step,
        learningRate: rateAt(learningRate, progress),
        decoupled,
        weightDecay: (name) => (covers(decay, name, weights[name].shape) ? weightDecay : 0),
      },
      condition,
    );
    return {
      weights: next.weights,
      state: { ...under(mean, next.mean), ...under(meanSquare, next.meanSquare) },
    };
  });
}
