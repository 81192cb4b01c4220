import { readFile } from "node:fs/promises";
import asc from "assemblyscript/asc";
import { beforeAll, describe, expect, test } from "vitest";
import { allowRelaxedSimd } from "#platform";

/** The functions of `assembly/exponential.ts` on an array at 0, in place. */
const entry = ["exp", "log", "log1p"]
  .map(
    (name) => `
import { ${name} as ${name}4 } from "./exponential";
export function ${name}(count: i32): void {
  for (let at: usize = 0; at < <usize>count * 4; at += 16) v128.store(at, ${name}4(v128.load(at)));
}`,
  )
  .join("");

type Apply = (name: "exp" | "log" | "log1p", x: readonly number[]) => Float32Array;

describe.each([true, false])("relaxed SIMD %s", (relaxed) => {
  let apply: Apply;
  beforeAll(async () => {
    if (relaxed) allowRelaxedSimd();
    apply = await compile(relaxed);
  });

  test("exp is within 2 units in the last place wherever its value is normal", () => {
    const x = between(-87.336, 88.722);
    expect(largestError(apply("exp", x), x.map(Math.exp))).toBeLessThanOrEqual(2);
  });

  test("exp of what is large, small, infinite or not a number", () => {
    const x = [88.73, 89, 1e30, Infinity, -88, -104, -1e30, -Infinity, Number.NaN, 0, -0, 1e-30];
    const expected = [Infinity, Infinity, Infinity, Infinity, 0, 0, 0, 0, Number.NaN, 1, 1, 1];
    expect([...apply("exp", x)]).toEqual(expected);
  });

  test("log is within 2 units in the last place", () => {
    const x = [...between(-103, 88).map(Math.exp), ...between(0.5, 2), ...between(0.999, 1.001)];
    const rounded = x.map(Math.fround);
    expect(largestError(apply("log", rounded), rounded.map(Math.log))).toBeLessThanOrEqual(2);
  });

  test("log of what is zero, negative, infinite or not a number", () => {
    const x = [0, -0, -1, -Infinity, Infinity, Number.NaN, 1, 1];
    const expected = [-Infinity, -Infinity, Number.NaN, Number.NaN, Infinity, Number.NaN, 0, 0];
    expect([...apply("log", x)]).toEqual(expected);
  });

  test("log1p is within 4 units in the last place, however small its argument", () => {
    const x = [...between(-80, 0).map(Math.exp), ...between(0, 1)].map(Math.fround);
    expect(largestError(apply("log1p", x), x.map(Math.log1p))).toBeLessThanOrEqual(4);
    expect([...apply("log1p", [0, 1e-38, 1e-45, Number.NaN])]).toEqual(
      [0, 1e-38, 1e-45, Number.NaN].map(Math.fround),
    );
  });
});

async function compile(relaxed: boolean): Promise<Apply> {
  const sources: Record<string, string> = {
    "entry.ts": entry,
    "exponential.ts": await source("exponential"),
    "simd.ts": await source("simd"),
  };
  let binary = new Uint8Array();
  const features = relaxed ? ["simd", "relaxed-simd"] : ["simd"];
  const { error, stderr } = await asc.main(
    ["entry.ts", "-o", "out.wasm", "-O3", "--runtime", "stub", "--initialMemory", "64"].concat(
      features.flatMap((feature) => ["--enable", feature]),
    ),
    {
      readFile: (name) => sources[name] ?? null,
      writeFile: (name, contents) => {
        if (name === "out.wasm" && typeof contents !== "string") binary = new Uint8Array(contents);
      },
      listFiles: () => [],
    },
  );
  if (error !== null) throw new Error(stderr.toString(), { cause: error });
  const { instance } = await WebAssembly.instantiate(binary);
  const exports = instance.exports as unknown as Record<string, (count: number) => void> & {
    memory: WebAssembly.Memory;
  };
  return (name, x) => {
    const memory = new Float32Array(exports.memory.buffer);
    memory.set(x);
    exports[name](x.length);
    return memory.slice(0, x.length);
  };
}

function source(name: string): Promise<string> {
  return readFile(new URL(`../../assembly/${name}.ts`, import.meta.url), "utf8");
}

/** 2^17 float32 of equal distance. */
function between(from: number, to: number): number[] {
  const count = 2 ** 17;
  return Array.from({ length: count }, (_, i) => Math.fround(from + ((to - from) * (i + 0.5)) / count));
}

/** In units in the last place of float32. */
function largestError(actual: Float32Array, expected: readonly number[]): number {
  return actual.reduce((largest, value, i) => {
    const unit = 2 ** Math.max(-149, Math.floor(Math.log2(Math.abs(expected[i]))) - 23);
    const error = expected[i] === 0 ? Math.abs(value) / 2 ** -149 : Math.abs(value - expected[i]) / unit;
    return error > largest || Number.isNaN(error) ? error : largest;
  }, 0);
}
