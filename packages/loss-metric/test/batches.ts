import { seededValues } from "@contrastive/testing";
import type { Batch } from "./check.js";

/** Random directions about their classes' centres. */
export function directions(
  shape: readonly [number, number, number],
  labels: readonly number[],
  spread = 1.5,
): Batch {
  const [, views, dim] = shape;
  const noise = seededValues(`${shape}`, shape[0] * views * dim);
  const x = noise.map((v, i) => {
    const label = labels[Math.floor(i / (views * dim))];
    return spread * v + Math.cos(1 + 2.3 * label + 1.7 * (i % dim) * (label + 1));
  });
  for (let at = 0; at < x.length; at += dim) {
    const row = x.subarray(at, at + dim);
    row.set(row.map((v) => v / Math.hypot(...row)));
  }
  return { shape, x, labels };
}

/** By what is particular about them; of unit length. */
export const batches: readonly (readonly [string, Batch])[] = [
  ["two views", directions([7, 2, 5], [0, 1, 2, 0, 1, 0, 3])],
  ["one view, labels that occur once", directions([9, 1, 4], [0, 1, 0, 7, 1, 0, 3, 1, 1])],
  ["two classes", directions([8, 1, 3], [4, 2, 4, 4, 2, 2, 4, 2])],
];

export const oneClass = directions([4, 1, 3], [2, 2, 2, 2]);
export const allDistinct = directions([4, 1, 3], [0, 1, 2, 3]);

/** The same directions at several lengths. */
export function ofSeveralLengths(batch: Batch): Batch {
  const [, , dim] = batch.shape;
  return { ...batch, x: Float32Array.from(batch.x, (v, i) => v * (0.6 + 0.2 * (Math.floor(i / dim) % 5))) };
}
