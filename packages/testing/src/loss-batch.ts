import { createRng } from "@contrastive/core";

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

/** Float32 `[batch, classes]`, row by row: most of each sample in its own class, the rest in all others. */
export function softLabels({ labels, classes }: LossBatch): Float32Array {
  return Float32Array.from({ length: labels.length * classes }, (_, i) =>
    labels[Math.floor(i / classes)] === i % classes ? 0.9 : 0.1 / (classes - 1),
  );
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

/** Batches that a loss is likely to divide by zero on, by what is wrong with them. */
export function degenerate(batch: LossBatch): Record<string, LossBatch> {
  const { embeddings, targets, labels, shape } = batch;
  const first = (x: Float32Array) => x.map((_, i) => x[i % shape[2]]);
  return {
    "zero vectors": { ...batch, embeddings: embeddings.map(() => 0), targets: targets.map(() => 0) },
    "one zero vector": { ...batch, embeddings: embeddings.map((v, i) => (i < shape[2] ? 0 : v)) },
    "duplicates of one vector": { ...batch, embeddings: first(embeddings), targets: first(embeddings) },
    "opposite vectors": {
      ...batch,
      embeddings: first(embeddings).map((v, i) => (Math.floor(i / shape[2]) % 2 === 0 ? v : -v)),
    },
    "one class": { ...batch, labels: labels.map(() => 1) },
    "a class that occurs once": { ...batch, labels: labels.map((_, i) => (i === 0 ? 2 : i % 2)) },
    "all-distinct classes": { ...batch, classes: labels.length, labels: labels.map((_, i) => i) },
  };
}
