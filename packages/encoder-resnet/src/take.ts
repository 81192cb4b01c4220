import type { Tensor } from "@tensorflow/tfjs-core";
import { ContrastiveError, type Params } from "@contrastive/core";

/** The tensor of a name; throws if there is none. */
export function take(params: Params, name: string, who: string): Tensor {
  const tensor = params[name];
  if (tensor !== undefined) return tensor;
  throw new ContrastiveError({
    who,
    what: `there is no tensor "${name}" among the ${Object.keys(params).length} given`,
    fix: "Give it weights and buffers made by a network with the same options",
  });
}
