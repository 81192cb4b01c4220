import type { Params } from "@contrastive/core";

/**
 * Numbers in [-1, 1) that depend on a name and a position only, exact in float32.
 *
 * A hash so plain that a reference in another language can make the same ones: FNV-1a of the name, then, at each
 * position, a finaliser of 32 bits ("lowbias32").
 */
export function seededValues(name: string, size: number): Float32Array<ArrayBuffer> {
  const start = fnv1a(name);
  const values = new Float32Array(size);
  for (let i = 0; i < size; i++) values[i] = (hashAt(start, i) >>> 8) / 0x800000 - 1;
  return values;
}

/**
 * Values for weights and buffers of the given shapes that keep a deep network's activations in range: a kernel is
 * uniform with He's variance, a scale is near 0.75, a variance near 1, all other vectors near 0.
 */
export function seededWeights(params: Params): Readonly<Record<string, Float32Array<ArrayBuffer>>> {
  return Object.fromEntries(
    Object.entries(params).map(([name, { shape, size }]) => {
      const [middle, spread] = range(name, shape);
      return [name, seededValues(name, size).map((u) => middle + spread * u)];
    }),
  );
}

const projectionCount = 8;

/**
 * Dot products of `values` with eight vectors of random signs that depend on the name.
 *
 * They stand for a large tensor in a small file: the mean square of the projections of a difference estimates its
 * squared norm (Achlioptas 2003).
 */
export function seededProjections(name: string, values: ArrayLike<number>): Float64Array {
  const start = fnv1a(name);
  const sums = new Float64Array(projectionCount);
  for (let i = 0; i < values.length; i++) {
    const bits = hashAt(start, i);
    for (let k = 0; k < projectionCount; k++) sums[k] += values[i] * (1 - ((bits >>> k) & 1) * 2);
  }
  return sums;
}

function range(name: string, shape: readonly number[]): readonly [middle: number, spread: number] {
  if (shape.length > 1) {
    const fanIn = shape.slice(0, -1).reduce((a, b) => a * b);
    return [0, Math.sqrt(6 / fanIn)];
  }
  if (name.endsWith(".running_var")) return [1, 0.5];
  return name.endsWith(".weight") ? [0.75, 0.25] : [0, 0.1];
}

/** FNV-1a over the bytes of an ASCII name. */
function fnv1a(name: string): number {
  let hash = 0x811c9dc5;
  for (let i = 0; i < name.length; i++) hash = Math.imul(hash ^ name.charCodeAt(i), 0x01000193);
  return hash >>> 0;
}

function hashAt(start: number, i: number): number {
  let x = (start + Math.imul(i, 0x9e3779b9)) >>> 0;
  x = Math.imul(x ^ (x >>> 16), 0x7feb352d);
  x = Math.imul(x ^ (x >>> 15), 0x846ca68b);
  return (x ^ (x >>> 16)) >>> 0;
}
