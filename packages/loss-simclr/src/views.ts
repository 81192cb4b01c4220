import { ContrastiveError, type LossInput, type Space } from "@contrastive/core";
import type { Tensor3D } from "@tensorflow/tfjs-core";

/** The embeddings of a space, `[batch, views, dim]`; throws for fewer than two views. */
export function viewsOf(
  loss: string,
  input: Pick<LossInput, "embeddings" | "targets">,
  from: "embeddings" | "targets",
  on: Space,
): Tensor3D {
  const embeddings = input[from]?.[on];
  if (embeddings === undefined || !(embeddings.shape[1] >= 2)) {
    throw new ContrastiveError({
      who: `loss "${loss}"`,
      what: `${from}.${on} must have two views or more`,
      got: embeddings?.shape,
    });
  }
  return embeddings;
}
