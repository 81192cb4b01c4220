import type { BackendWasm } from "@tensorflow/tfjs-backend-wasm";
import { countProcessors } from "#platform";
import { compileKernels } from "./compile.js";
import { runtimeOf, setRuntime } from "./fast-kernel.js";
import { installFastKernels } from "./install.js";
import { createPool, createPoolOfOne, type Pool } from "./pool.js";
import { createRuntime } from "./runtime.js";

export interface FastOptions {
  /** As many as there are processors, if it is not said. */
  readonly threads?: number;
  /** Multiply and add in one instruction, where the engine can. */
  readonly relaxedSimd: boolean;
  readonly winograd: boolean;
}

/** What became of the request. */
export interface FastInfo {
  readonly threads: number;
  readonly relaxedSimd: boolean;
}

const started = new WeakMap<BackendWasm, { readonly options: FastOptions; readonly info: FastInfo }>();

/** Puts the compiled kernels on a backend's memory and registers them; a second call may change the options. */
export async function startFastKernels(backend: BackendWasm, options: FastOptions): Promise<FastInfo> {
  const before = started.get(backend);
  if (before !== undefined && same(before.options, options)) {
    runtimeOf(backend)?.release();
    return before.info;
  }
  const memory = memoryOf(backend);
  const shared = !(memory.buffer instanceof ArrayBuffer);
  const { module, relaxed } = await compileKernels(shared, options.relaxedSimd);
  const pool = await hire(module, memory, shared ? (options.threads ?? defaultThreads()) : 1);
  setRuntime(backend, createRuntime(backend, memory, pool, options.winograd));
  installFastKernels();
  const info = { relaxedSimd: relaxed, threads: pool.threads };
  started.set(backend, { options, info });
  return info;
}

/** More gain little: they wait for memory. */
const MOST_THREADS = 16;

function defaultThreads(): number {
  return Math.min(countProcessors(), MOST_THREADS);
}

async function hire(module: WebAssembly.Module, memory: WebAssembly.Memory, threads: number): Promise<Pool> {
  if (threads === 1) return createPoolOfOne(module, memory);
  try {
    return await createPool(module, memory, threads);
  } catch (error) {
    // A page may forbid workers; training goes on without.
    console.warn(`backend "wasm": threads can't be started, so one thread computes. ${String(error)}`);
    return createPoolOfOne(module, memory);
  }
}

function same(a: FastOptions, b: FastOptions): boolean {
  return a.relaxedSimd === b.relaxedSimd && a.winograd === b.winograd && a.threads === b.threads;
}

function memoryOf(backend: BackendWasm): WebAssembly.Memory {
  // Emscripten puts the module's exports there; tfjs's types do not say so.
  return (backend.wasm as unknown as { asm: { memory: WebAssembly.Memory } }).asm.memory;
}
