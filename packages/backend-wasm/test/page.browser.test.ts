import { describe, expect, it } from "vitest";
import { wasm } from "../src/index.js";
import type { Answer } from "./worker.js";

const threads = crossOriginIsolated ? "2 threads" : "1 thread";

describe(`on a page that is ${crossOriginIsolated ? "" : "not "}isolated`, () => {
  it(`computes in ${threads}`, async () => {
    expect((await wasm({ threads: 2 }).init()).device).toBe(`WebAssembly relaxed SIMD, ${threads}`);
  });

  // Modules that try an engine out have some ten bytes, kernels some thousand.
  it.each([
    { engine: "today's engine", largest: Infinity, device: `WebAssembly relaxed SIMD, ${threads}` },
    { engine: "an engine without relaxed SIMD", largest: 200, device: `WebAssembly SIMD, ${threads}` },
    { engine: "an engine without SIMD", largest: 0, device: "WebAssembly without SIMD, 1 thread" },
  ])("computes in a worker of $engine", async ({ largest, device }) => {
    const worker = new Worker(new URL("./worker.ts", import.meta.url), { type: "module" });
    const answer = new Promise<Answer>((resolve, reject) => {
      worker.addEventListener("message", ({ data }: MessageEvent<Answer>) => resolve(data));
      worker.addEventListener("error", ({ message }) => reject(new Error(message)));
    });
    worker.postMessage(largest);
    expect(await answer).toEqual({ device, gradient: [36] });
    worker.terminate();
  });
});
