import { createRng } from "@contrastive/core";
import type { Shape } from "./evaluate.js";

/** Random rows, not of unit length, that float32 holds exactly. */
export function randomRows(shape: readonly number[], seed: number): Float64Array {
  const rng = createRng(seed);
  return Float64Array.from({ length: shape.reduce((a, b) => a * b) }, () => Math.fround(rng.normal()));
}

/** The cosine of two rows. */
export function cosine(
  x: ArrayLike<number>,
  i: number,
  y: ArrayLike<number>,
  j: number,
  dim: number,
): number {
  let [product, xx, yy] = [0, 0, 0];
  for (let k = 0; k < dim; k++) {
    const [a, b] = [x[i * dim + k], y[j * dim + k]];
    product += a * b;
    xx += a * a;
    yy += b * b;
  }
  return product / Math.sqrt(xx * yy);
}

/** For each row of a batch, which of the others are its positives and its negatives. */
export function rowsOf([batch, views]: Shape): { i: number; positives: number[]; negatives: number[] }[] {
  const rows = Array.from({ length: batch * views }, (_, i) => i);
  const sample = (row: number) => Math.floor(row / views);
  return rows.map((i) => ({
    i,
    positives: rows.filter((j) => j !== i && sample(j) === sample(i)),
    negatives: rows.filter((j) => sample(j) !== sample(i)),
  }));
}

export function mean(values: readonly number[]): number {
  return values.reduce((sum, v) => sum + v, 0) / values.length;
}

export function sumOf(values: readonly number[]): number {
  return values.reduce((sum, v) => sum + v, 0);
}
