import type { ContrastiveLossKernelAttributes } from "@contrastive/ops";

/** In the order of their numbers in the compiled kernels. */
const denominators = ["all", "one-positive", "only-negatives"] as const;

export function lossArguments({ temperature, summation, denominator }: ContrastiveLossKernelAttributes) {
  return {
    temperature,
    inside: summation === "inside" ? 1 : 0,
    denominator: denominators.indexOf(denominator),
  };
}
