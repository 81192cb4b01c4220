import { ContrastiveError, type LossInput, type Space } from "@contrastive/core";
import type * as tf from "@tensorflow/tfjs-core";

/** The embeddings `[batch, views, dim]` that a loss works on; throws for fewer than two views or two samples. */
export function embeddingsOf(loss: string, { embeddings }: LossInput, on: Space): tf.Tensor3D {
  const x = embeddings[on];
  const who = `loss "${loss}"`;
  if (x === undefined) throw new ContrastiveError({ who, what: `compute needs embeddings.${on}` });
  const [batch, views] = x.shape;
  if (views < 2) {
    throw new ContrastiveError({
      who,
      what: `embeddings.${on} must have two views or more`,
      got: x.shape,
      fix: "Name one augmentation a view in the config's views, for example views: [simAugment(), simAugment()]",
    });
  }
  if (batch < 2) {
    throw new ContrastiveError({
      who,
      what: "takes statistics of the batch, which must have two samples or more",
      got: x.shape,
      fix: "Use a larger batchSize",
    });
  }
  return x;
}

/** The size of the embeddings that a loss works on. */
export function dimOf(loss: string, dims: Readonly<Partial<Record<Space, number>>>, on: Space): number {
  const dim = dims[on];
  if (dim === undefined) {
    throw new ContrastiveError({ who: `loss "${loss}"`, what: `init needs the size of the ${on}` });
  }
  return dim;
}
