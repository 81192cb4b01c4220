import { expect, test } from "vitest";
import { createRng, philox4x32 } from "./rng.js";

// Known answers published with Random123 (kat_vectors, philox4x32 10).
test.each([
  [
    [0, 0, 0, 0],
    [0, 0],
    [0x6627e8d5, 0xe169c58d, 0xbc57ac4c, 0x9b00dbd8],
  ],
  [
    [0xffffffff, 0xffffffff, 0xffffffff, 0xffffffff],
    [0xffffffff, 0xffffffff],
    [0x408f276d, 0x41c83b0e, 0xa20bc7c6, 0x6d5451fd],
  ],
  [
    [0x243f6a88, 0x85a308d3, 0x13198a2e, 0x03707344],
    [0xa4093822, 0x299f31d0],
    [0xd16cfe09, 0x94fdcceb, 0x5001e420, 0x24126ea1],
  ],
] as const)("philox4x32-10 gives the published words for counter %j", (counter, key, words) => {
  expect([...philox4x32(counter, key)]).toEqual([...words]);
});

test("a fork depends on its path alone, not on what was drawn", () => {
  const a = createRng(7);
  const before = a.fork("augment", 3, 5).uint32();
  for (let i = 0; i < 10; i++) a.uint32();
  expect(a.fork("augment", 3, 5).uint32()).toBe(before);
  expect(a.fork("augment").fork(3).fork(5).uint32()).toBe(before);
});

test("streams of different paths and seeds differ", () => {
  const first = new Set<number>();
  for (const seed of [0, 1, 2 ** 40]) {
    const root = createRng(seed);
    for (const stream of [
      root,
      root.fork("a"),
      root.fork("b"),
      root.fork(0),
      root.fork(1),
      root.fork(2 ** 33),
      root.fork("a", 0),
    ]) {
      first.add(stream.uint32());
    }
  }
  expect(first.size).toBe(21);
});

test("uniform and normal have the moments of their distributions", () => {
  const rng = createRng(1);
  const n = 100_000;
  let uniform = 0;
  let mean = 0;
  let square = 0;
  for (let i = 0; i < n; i++) {
    uniform += rng.uniform();
    const x = rng.normal();
    mean += x;
    square += x * x;
  }
  // Five standard errors.
  expect(Math.abs(uniform / n - 0.5)).toBeLessThan((5 * Math.sqrt(1 / 12)) / Math.sqrt(n));
  expect(Math.abs(mean / n)).toBeLessThan(5 / Math.sqrt(n));
  expect(Math.abs(square / n - 1)).toBeLessThan((5 * Math.SQRT2) / Math.sqrt(n));
});

test("a permutation holds every index once, and below(n) reaches every value", () => {
  const rng = createRng(2);
  expect([...rng.permutation(100)].sort((a, b) => a - b)).toEqual(Array.from({ length: 100 }, (_, i) => i));
  expect(new Set(Array.from({ length: 200 }, () => rng.below(7)))).toEqual(new Set([0, 1, 2, 3, 4, 5, 6]));
});
