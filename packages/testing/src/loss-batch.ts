import * as tf from "@tensorflow/tfjs";
import { createRng, type Loss, type LossInput, type Params, type Space } from "@contrastive/core";
import { valueAuxAndGrads } from "@contrastive/ops";

/** A batch outside of tfjs, so that it can be permuted, rotated and changed. */
export interface LossBatch {
  /** `[batch, views, dim]`. */
  readonly shape: readonly [number, number, number];
  readonly classes: number;
  /** One a sample. */
  readonly labels: readonly number[];
  /** Both have the size of `shape`. */
  readonly embeddings: Float32Array;
  readonly targets: Float32Array;
}

/** What a loss says of a batch; gradients by name: `projection`, `weights/bias`. */
export interface LossValues {
  readonly loss: number;
  readonly metrics: Readonly<Record<string, number>>;
  readonly gradients: Readonly<Record<string, readonly number[]>>;
}

/** A batch of random directions, with the classes in turn. */
export function randomBatch(
  shape: readonly [number, number, number],
  classes: number,
  seed: number,
): LossBatch {
  const rng = createRng(seed);
  const [batch, , dim] = shape;
  const rows = (name: string) => {
    const stream = rng.fork(name);
    const x = Float32Array.from({ length: shape[0] * shape[1] * dim }, () => stream.normal());
    for (let at = 0; at < x.length; at += dim) {
      const row = x.subarray(at, at + dim);
      row.set(row.map((v) => v / Math.hypot(...row)));
    }
    return x;
  };
  const labels = Array.from({ length: batch }, (_, i) => i % classes);
  return { shape, classes, labels, embeddings: rows("embeddings"), targets: rows("targets") };
}

/** Samples in another order: sample i of the result is sample `order[i]` of the batch. */
export function permuted(batch: LossBatch, order: readonly number[]): LossBatch {
  const size = batch.shape[1] * batch.shape[2];
  return {
    ...batch,
    labels: order.map((from) => batch.labels[from]),
    embeddings: permutedRows(batch.embeddings, size, order),
    targets: permutedRows(batch.targets, size, order),
  };
}

export function permutedRows(x: ArrayLike<number>, size: number, order: readonly number[]): Float32Array {
  return Float32Array.from(
    { length: x.length },
    (_, i) => x[order[Math.floor(i / size)] * size + (i % size)],
  );
}

/** Every embedding turned by the same random rotation or reflection. */
export function rotated(batch: LossBatch, seed: number): LossBatch {
  const dim = batch.shape[2];
  const axes = orthonormal(dim, seed);
  const turn = (x: Float32Array) =>
    x.map((_, i) => {
      const row = x.subarray(i - (i % dim), i - (i % dim) + dim);
      return row.reduce((sum, v, k) => sum + v * axes[i % dim][k], 0);
    });
  return { ...batch, embeddings: turn(batch.embeddings), targets: turn(batch.targets) };
}

function orthonormal(dim: number, seed: number): Float64Array[] {
  const rng = createRng(seed);
  const axes: Float64Array[] = [];
  while (axes.length < dim) {
    const axis = Float64Array.from({ length: dim }, () => rng.normal());
    for (const other of axes) {
      const along = axis.reduce((sum, v, k) => sum + v * other[k], 0);
      axis.forEach((_, k) => (axis[k] -= along * other[k]));
    }
    axes.push(axis.map((v) => v / Math.hypot(...axis)));
  }
  return axes;
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
    soft: () => ({ labels: tf.oneHot(labels, batch.classes, 0.9, 0.1 / (batch.classes - 1)) as tf.Tensor2D }),
  };
  const input = {
    embeddings: inSpaces(batch.embeddings),
    ...(loss.needs.targets && { targets: inSpaces(batch.targets) }),
    ...given[loss.needs.labels](),
    ...initial(loss, batch),
    step: 3,
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
