import type { Loss, LossOutput, Params } from "@contrastive/core";
import { valueAuxAndGrads } from "@contrastive/ops";
import * as tf from "@tensorflow/tfjs-core";

export type Shape = readonly [batch: number, views: number, dim: number];

export interface Given {
  readonly shape: Shape;
  readonly embeddings: ArrayLike<number>;
  readonly targets?: ArrayLike<number>;
  readonly weights?: Readonly<Record<string, { shape: readonly number[]; values: ArrayLike<number> }>>;
}

/** Loss and metrics, and the gradients with respect to the embeddings and, by name, the weights. */
export function evaluate(loss: Loss, { shape, embeddings, targets, weights = {} }: Given) {
  const [space] = loss.needs.on;
  return tf.tidy(() => {
    const parameters = {
      embeddings: toTensor(embeddings, shape),
      ...Object.fromEntries(
        Object.entries(weights).map(([name, { shape, values }]) => [name, toTensor(values, shape)]),
      ),
    };
    const { value, aux, grads } = valueAuxAndGrads(({ embeddings, ...weights }) => {
      const output = compute(loss, {
        embeddings: { [space]: embeddings },
        ...(targets && { targets: { [space]: toTensor(targets, shape) } }),
        weights,
      });
      return { value: output.loss, aux: { ...output.metrics } };
    }, parameters);
    const { embeddings: gradient, ...others } = grads;
    const result = {
      loss: value.dataSync()[0],
      metrics: Object.fromEntries(Object.entries(aux).map(([name, x]) => [name, x.dataSync()[0]])),
      gradient: gradient.dataSync<"float32">(),
      weights: Object.fromEntries(Object.entries(others).map(([name, x]) => [name, x.dataSync<"float32">()])),
    };
    tf.dispose([value, aux, grads]);
    return result;
  });
}

function toTensor(x: ArrayLike<number>, shape: readonly number[]): tf.Tensor {
  return tf.tensor(Float32Array.from(x), [...shape]);
}

export function compute(
  loss: Loss,
  input: { embeddings: Params; targets?: Params; weights?: Params },
): LossOutput {
  const progress = { step: 0, stepsPerEpoch: 1, totalSteps: 1 };
  return loss.compute({ weights: {}, buffers: {}, ...progress, ...input } as Parameters<Loss["compute"]>[0]);
}
