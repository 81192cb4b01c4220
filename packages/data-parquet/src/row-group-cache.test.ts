import { expect, it } from "vitest";
import { createRowGroupCache } from "./row-group-cache.js";

it("keeps what was used last within its bytes, and shares reads that overlap", async () => {
  const reads: string[] = [];
  const cache = createRowGroupCache<string>(10, (value) => value.length);
  const get = (key: string, value: string) =>
    cache.get(key, async () => {
      reads.push(key);
      return value;
    });
  expect(await Promise.all([get("a", "aaaa"), get("a", "aaaa"), get("b", "bbbb")])).toEqual([
    "aaaa",
    "aaaa",
    "bbbb",
  ]);
  expect(reads).toEqual(["a", "b"]);
  await get("a", "");
  await get("c", "cccc");
  // b went, since a was used after it.
  await get("a", "");
  expect(reads).toEqual(["a", "b", "c"]);
  await get("b", "bbbb");
  expect(reads).toEqual(["a", "b", "c", "b"]);
  // Larger than all: kept until the next.
  await get("d", "d".repeat(20));
  await get("d", "");
  expect(reads).toEqual(["a", "b", "c", "b", "d"]);
  await get("a", "aaaa");
  await get("d", "");
  expect(reads).toEqual(["a", "b", "c", "b", "d", "a", "d"]);
  cache.clear();
  await get("d", "d");
  expect(reads.at(-1)).toBe("d");
  expect(reads).toHaveLength(8);
});

it("forgets a read that failed", async () => {
  const cache = createRowGroupCache<number>(10, () => 1);
  await expect(cache.get("a", () => Promise.reject(new Error("no")))).rejects.toThrow("no");
  expect(await cache.get("a", async () => 3)).toBe(3);
});
