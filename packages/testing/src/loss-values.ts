import * as tf from "@tensorflow/tfjs";
import { createRng, type Loss, type LossInput, type Params, type Space } from "@contrastive/core";
import { valueAuxAndGrads } from "@contrastive/ops";
import { type LossBatch, softLabels } from "./loss-batch.js";

/** What a loss says of a batch; gradients by name: `projection`, `weights/bias`. */
export interface LossValues {
  readonly loss: number;
  readonly metrics: Readonly<Record<string, number>>;
  readonly gradients: Readonly<Record<string, readonly number[]>>;
}

/** The loss's own weights and buffers, the same on every call. */
export function initial(loss: Loss, { shape, classes }: LossBatch): { weights: Params; buffers: Params } {
  const dims = Object.fromEntries(loss.needs.on.map((space) => [space, shape[2]]));
  const { weights = {}, buffers = {} } = loss.init?.(createRng(7), dims, classes) ?? {};
  return { weights, buffers };
}

/** Everything that `compute` takes; the caller disposes it with `disposeInput`. */
export function inputOf(loss: Loss, batch: LossBatch): LossInput {
  const inSpaces = (x: Float32Array) =>
    Object.fromEntries(loss.needs.on.map((space) => [space, tf.tensor3d(x, [...batch.shape])]));
  const labels = tf.tensor1d([...batch.labels], "int32");
  const given: Record<typeof loss.needs.labels, () => Pick<LossInput, "labels">> = {
    none: () => ({}),
    index: () => ({ labels: labels.clone() }),
    soft: () => ({ labels: tf.tensor2d(softLabels(batch), [batch.shape[0], batch.classes]) }),
  };
  const input = {
    embeddings: inSpaces(batch.embeddings),
    ...(loss.needs.targets && { targets: inSpaces(batch.targets) }),
    ...given[loss.needs.labels](),
    ...initial(loss, batch),
    step: 3,
    stepsPerEpoch: 10,
    totalSteps: 100,
  };
  labels.dispose();
  return input;
}

export function disposeInput({ embeddings, targets, labels, weights, buffers }: LossInput): void {
  tf.dispose([{ ...embeddings }, { ...targets }, { ...weights }, { ...buffers }]);
  labels?.dispose();
}

/** Loss, metrics, and the gradient with respect to embeddings and weights. */
export async function evaluate(loss: Loss, batch: LossBatch): Promise<LossValues> {
  const input = inputOf(loss, batch);
  const weightNames = Object.keys(input.weights);
  const parameters = {
    ...(input.embeddings as Record<Space, tf.Tensor3D>),
    ...Object.fromEntries(weightNames.map((name) => [`weights/${name}`, input.weights[name]])),
  };
  const { value, aux, grads } = valueAuxAndGrads((given) => {
    const output = loss.compute({
      ...input,
      // The parameters named above, and nothing else.
      embeddings: Object.fromEntries(loss.needs.on.map((space) => [space, given[space] as tf.Tensor3D])),
      weights: Object.fromEntries(weightNames.map((name) => [name, given[`weights/${name}`]])),
    });
    return { value: output.loss, aux: { ...output.metrics } };
  }, parameters);
  const metrics = Object.entries(await dataOf(aux)).map(([name, [metric]]) => [name, metric] as const);
  const values = {
    loss: (await value.data())[0],
    metrics: Object.fromEntries(metrics),
    gradients: await dataOf(grads),
  };
  tf.dispose([value, aux, grads]);
  disposeInput(input);
  return values;
}

/** The values of each tensor. */
export async function dataOf(params: Params): Promise<Record<string, readonly number[]>> {
  const entries = Object.entries(params).map(
    async ([name, tensor]) => [name, [...(await tensor.data())]] as const,
  );
  return Object.fromEntries(await Promise.all(entries));
}

/** The gradient of the loss with respect to one parameter, by central differences of the whole computation. */
export async function differences(
  loss: Loss,
  batch: LossBatch,
  parameter: string,
  step: number,
): Promise<Float64Array> {
  const input = inputOf(loss, batch);
  const isWeight = parameter.startsWith("weights/");
  const key = parameter.replace("weights/", "");
  const original = isWeight ? input.weights[key] : input.embeddings[key as "projection"]!;
  const values = Float32Array.from(await original.data());
  const lossAt = async (i: number, by: number) => {
    const moved = tf.tensor(
      values.map((v, j) => (j === i ? v + by : v)),
      original.shape,
    );
    const result = tf.tidy(
      () =>
        loss.compute(
          isWeight
            ? { ...input, weights: { ...input.weights, [key]: moved } }
            : { ...input, embeddings: { ...input.embeddings, [key]: moved } },
        ).loss,
    );
    const [value] = await result.data();
    tf.dispose([moved, result]);
    return value;
  };
  const gradient = new Float64Array(values.length);
  for (let i = 0; i < values.length; i++) {
    gradient[i] = ((await lossAt(i, step)) - (await lossAt(i, -step))) / (2 * step);
  }
  disposeInput(input);
  return gradient;
}
