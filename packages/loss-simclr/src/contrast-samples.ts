import { type ContrastiveLossAttributes, type ContrastiveLossOutputs, contrastViews } from "@contrastive/ops";
import type { Tensor3D } from "@tensorflow/tfjs-core";

/** Each view against all others, where a sample's other views are its positives and all else is negative. */
export function contrastSamples(
  views: Tensor3D,
  attributes: Pick<ContrastiveLossAttributes, "temperature" | "denominator" | "summation">,
): ContrastiveLossOutputs {
  return contrastViews(views, undefined, {
    version: 1,
    positivesCap: -1,
    positives: "equal-label",
    ...attributes,
  });
}
