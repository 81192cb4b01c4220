import type { Scalar } from "@tensorflow/tfjs-core";
import type { GradientTransform } from "@contrastive/core";

type Apply = NonNullable<GradientTransform["apply"]>;

/** `apply` with a condition before its arguments, if there is one. */
export type ConditionalApply = (
  condition: Scalar | undefined,
  ...given: Parameters<Apply>
) => ReturnType<Apply>;

/** `apply` and `applyIf`, which are the same but for the condition. */
export function conditional(apply: ConditionalApply): Required<Pick<GradientTransform, "apply" | "applyIf">> {
  return { apply: (...given) => apply(undefined, ...given), applyIf: apply };
}
