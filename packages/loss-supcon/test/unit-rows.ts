import { createRng } from "@contrastive/core";

/** Random directions, row by row. */
export function unitRows(rows: number, dim: number, seed: number): Float32Array {
  const rng = createRng(seed);
  const values = Float32Array.from({ length: rows * dim }, () => rng.normal());
  for (let at = 0; at < values.length; at += dim) {
    const row = values.subarray(at, at + dim);
    row.set(row.map((v) => v / Math.hypot(...row)));
  }
  return values;
}
