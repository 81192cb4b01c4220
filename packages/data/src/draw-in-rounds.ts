import type { Rng } from "@contrastive/core";

/**
 * Draws from 0..n-1: all of them, in random order, before any comes again. A draw of `count` holds each as often as any
 * other, give or take one: none twice unless it asks for more than n.
 */
export function drawInRounds(n: number, rng: Rng): (count: number) => number[] {
  let left: readonly number[] = [];
  let at = 0;
  let round = 0;
  return (count) => {
    const drawn = left.slice(at, at + count);
    at += drawn.length;
    while (drawn.length < count) {
      const order = [...rng.fork(round++).permutation(n)];
      // Where a draw spans rounds, what it has already comes later in the new one.
      const times = new Map<number, number>();
      for (const i of drawn) times.set(i, (times.get(i) ?? 0) + 1);
      const rarest = [...order].sort((i, j) => (times.get(i) ?? 0) - (times.get(j) ?? 0));
      const taken = new Set(rarest.slice(0, count - drawn.length));
      drawn.push(...taken);
      [left, at] = [order.filter((i) => !taken.has(i)), 0];
    }
    return drawn;
  };
}
