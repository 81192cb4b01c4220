import type { Shape } from "./evaluate.js";

/** In plain loops, for the tests: `at(sample, view, axis)` of `[batch, views, dim]`. */
export function reader(x: ArrayLike<number>, [, views, dim]: Shape) {
  return (sample: number, view: number, axis: number) => x[(sample * views + view) * dim + axis];
}

export function range(n: number): number[] {
  return Array.from({ length: n }, (_, i) => i);
}

export function mean(x: readonly number[]): number {
  return x.reduce((a, b) => a + b, 0) / x.length;
}

export function sum(x: readonly number[]): number {
  return x.reduce((a, b) => a + b, 0);
}

/** `[a, b]` of all views with a < b. */
export function unorderedPairs(views: number): [number, number][] {
  return range(views).flatMap((b) => range(b).map((a): [number, number] => [a, b]));
}

export function orderedPairs(views: number): [number, number][] {
  return unorderedPairs(views).flatMap(([a, b]): [number, number][] => [
    [a, b],
    [b, a],
  ]);
}

export function cosine(a: readonly number[], b: readonly number[]): number {
  return dot(a, b) / Math.sqrt(dot(a, a) * dot(b, b));
}

function dot(a: readonly number[], b: readonly number[]): number {
  return sum(a.map((v, i) => v * b[i]));
}
