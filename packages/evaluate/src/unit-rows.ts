import type { Features } from "./features.js";

/** Rows scaled to length 1, `[size, dim]`; a row of zeros stays. */
export function unitRows({ values, size, dim }: Features): Float32Array {
  const units = new Float32Array(values.length);
  for (let row = 0; row < size; row++) {
    let squares = 0;
    for (let i = row * dim; i < (row + 1) * dim; i++) squares += values[i] ** 2;
    const scale = squares === 0 ? 0 : 1 / Math.sqrt(squares);
    for (let i = row * dim; i < (row + 1) * dim; i++) units[i] = values[i] * scale;
  }
  return units;
}
