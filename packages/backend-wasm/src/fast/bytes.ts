/** Bytes of float32s. */
export function bytes(...sizes: readonly number[]): number {
  return 4 * sizes.reduce((product, size) => product * size, 1);
}

/** Bytes of a packed right matrix. */
export function packedBytes(depth: number, columns: number): number {
  return bytes(Math.ceil(columns / 8), 8, depth);
}

/** The bits of a float32. */
export function bitsOf(value: number): number {
  return new Int32Array(Float32Array.of(value).buffer)[0];
}
