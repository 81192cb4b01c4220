import * as tf from "@tensorflow/tfjs-core";
import { ContrastiveError, type ForwardContext, type Params } from "@contrastive/core";
import { batchNormInference, batchNormTraining } from "@contrastive/ops";
import { take } from "./take.js";

/** torch.nn.BatchNorm's. */
const epsilon = 1e-5;

/** What a layer needs to know of the pass it is part of. */
export interface Pass {
  /** Who speaks in errors: `encoder "resnet18"`. */
  readonly who: string;
  readonly weights: Params;
  readonly context: ForwardContext;
  /** The part of a running statistic that a batch replaces. */
  readonly momentum: number;
}

/**
 * torch.nn.BatchNorm under its tensors' names, then what is added to it and cut: `relu?(norm(x) + residual?)`.
 *
 * In training `buffers` are the running statistics after this batch; otherwise there are none.
 */
export function batchNorm<T extends tf.Tensor>(
  name: string,
  x: T,
  { relu, residual }: { relu: boolean; residual?: T },
  { who, weights, context, momentum }: Pass,
): { y: T; buffers: Params } {
  const scale = take(weights, `${name}.weight`, who);
  // The last layer of SimCLR's head has none.
  const offset = weights[`${name}.bias`] ?? tf.zerosLike(scale);
  const mean = take(context.buffers, `${name}.running_mean`, who);
  const variance = take(context.buffers, `${name}.running_var`, who);
  if (!context.training) {
    const y = batchNormInference({ x, scale, offset, mean, variance, residual }, { epsilon, relu });
    return { y, buffers: {} };
  }
  const count = x.size / scale.size;
  if (count < 2) {
    throw new ContrastiveError({
      who,
      what: `batch normalisation "${name}" must see more than one value per channel in training`,
      got: x.shape,
      fix: "Use a larger batch or larger images",
    });
  }
  const { y, running } = batchNormTraining(
    { x, scale, offset, residual, running: { mean, variance } },
    { epsilon, relu, momentum },
  );
  return {
    y,
    buffers: { [`${name}.running_mean`]: running.mean, [`${name}.running_var`]: running.variance },
  };
}
