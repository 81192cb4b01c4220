import { setImmediate as tick } from "node:timers/promises";
import { describe, expect, it } from "vitest";
import { readAhead } from "./read-ahead.js";

/** Steps that finish when told to, and a record of what was begun and aborted. */
function steps() {
  const begun: number[] = [];
  const aborted: number[] = [];
  const settle = new Map<number, { resolve(step: number): void; reject(error: Error): void }>();
  return {
    begun,
    aborted,
    finish: (step: number) => settle.get(step)!.resolve(step),
    fail: (step: number, error: Error) => settle.get(step)!.reject(error),
    load(step: number, signal: AbortSignal) {
      begun.push(step);
      signal.addEventListener("abort", () => aborted.push(step));
      return new Promise<number>((resolve, reject) => settle.set(step, { resolve, reject }));
    },
  };
}

const never = () => new Promise<number>(() => {});

describe("readAhead", () => {
  it("begins nothing before it is asked, and then at most `ahead` steps more than are asked for", async () => {
    const { load, begun, finish } = steps();
    const iterator = readAhead({ from: 2, to: 9, ahead: 2, load });
    await tick();
    expect(begun).toEqual([]);
    const first = iterator.next();
    await tick();
    expect(begun).toEqual([2, 3, 4]);
    [4, 3, 2].forEach(finish);
    expect(await first).toEqual({ done: false, value: 2 });
    expect(await iterator.next()).toEqual({ done: false, value: 3 });
    expect(begun).toEqual([2, 3, 4, 5]);
  });

  it("reads one step at a time with `ahead` 0", async () => {
    const { load, begun, finish } = steps();
    const iterator = readAhead({ from: 0, to: 3, ahead: 0, load });
    const first = iterator.next();
    await tick();
    finish(0);
    await first;
    await tick();
    expect(begun).toEqual([0]);
  });

  it("ends after the last step, also when asked for many at once", async () => {
    const iterator = readAhead({ from: 0, to: 2, ahead: 5, load: async (step) => step });
    const results = await Promise.all([1, 2, 3, 4].map(() => iterator.next()));
    expect(results.map(({ done, value }) => [done, value])).toEqual([
      [false, 0],
      [false, 1],
      [true, undefined],
      [true, undefined],
    ]);
  });

  it("throws an error at its own step, aborts the rest and is over then", async () => {
    const { load, aborted, finish, fail } = steps();
    const iterator = readAhead({ from: 0, to: 5, ahead: 2, load });
    const first = iterator.next();
    await tick();
    fail(1, new Error("broken"));
    // An unhandled rejection would end the test run here.
    await tick();
    finish(0);
    expect(await first).toEqual({ done: false, value: 0 });
    await expect(iterator.next()).rejects.toThrow("broken");
    expect(aborted).toContain(2);
    expect(await iterator.next()).toEqual({ done: true, value: undefined });
  });

  it("stops reading when the loop is left", async () => {
    const { load, begun, aborted, finish } = steps();
    const loop = (async () => {
      for await (const step of readAhead({ from: 0, to: 99, ahead: 3, load })) if (step === 0) break;
    })();
    await tick();
    finish(0);
    await loop;
    expect(begun).toEqual([0, 1, 2, 3]);
    expect(aborted).toEqual([0, 1, 2, 3]);
  });

  it("returns at once while a step that never ends is awaited", async () => {
    const iterator = readAhead({ from: 0, to: 9, ahead: 1, load: never });
    const pending = iterator.next();
    await tick();
    expect(await iterator.return!()).toEqual({ done: true, value: undefined });
    expect(await pending).toEqual({ done: true, value: undefined });
  });

  it("throws the reason of an abort at once, though `load` takes no notice of it", async () => {
    const stop = new AbortController();
    const reason = new Error("enough");
    const iterator = readAhead({ from: 0, to: 9, ahead: 1, load: never, signal: stop.signal });
    const pending = iterator.next();
    await tick();
    stop.abort(reason);
    await expect(pending).rejects.toBe(reason);
    await expect(iterator.next()).rejects.toBe(reason);
  });

  it("reads nothing if it was aborted before", async () => {
    const { load, begun } = steps();
    const signal = AbortSignal.abort(new Error("enough"));
    await expect(readAhead({ from: 0, to: 9, ahead: 1, load, signal }).next()).rejects.toThrow("enough");
    expect(begun).toEqual([]);
  });
});
