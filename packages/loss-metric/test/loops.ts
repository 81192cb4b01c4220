export function dot(a: Float64Array, b: Float64Array): number {
  return a.reduce((sum, v, k) => sum + v * b[k], 0);
}

export function distance(a: Float64Array, b: Float64Array): number {
  return Math.hypot(...a.map((v, k) => v - b[k]));
}

export function positivesOf(i: number, labels: readonly number[]): number[] {
  return labels.flatMap((label, j) => (j !== i && label === labels[i] ? [j] : []));
}

export function negativesOf(i: number, labels: readonly number[]): number[] {
  return labels.flatMap((label, j) => (label === labels[i] ? [] : [j]));
}

/** 0 of nothing. */
export function mean(x: readonly number[]): number {
  return x.reduce((a, b) => a + b, 0) / Math.max(1, x.length);
}

export function logSumExp(x: readonly number[]): number {
  const top = Math.max(...x);
  return x.length === 0 ? -Infinity : top + Math.log(x.reduce((sum, v) => sum + Math.exp(v - top), 0));
}

/** log(1 + e^x) */
export function softplus(x: number): number {
  return Math.max(x, 0) + Math.log1p(Math.exp(-Math.abs(x)));
}
