import type { BackendWasm } from "@tensorflow/tfjs-backend-wasm";
import { compileKernels } from "./compile.js";
import { setRuntime } from "./fast-kernel.js";
import { installFastKernels } from "./install.js";
import { createRuntime } from "./runtime.js";

export interface FastOptions {
  /** Multiply and add in one instruction, where the engine can. */
  readonly relaxedSimd: boolean;
  readonly winograd: boolean;
}

/** What became of the request. */
export interface FastInfo {
  readonly relaxedSimd: boolean;
}

const started = new WeakMap<BackendWasm, { readonly options: FastOptions; readonly info: FastInfo }>();

/** Puts the compiled kernels on a backend's memory and registers them; a second call may change the options. */
export async function startFastKernels(backend: BackendWasm, options: FastOptions): Promise<FastInfo> {
  const before = started.get(backend);
  if (before !== undefined && same(before.options, options)) return before.info;
  const memory = memoryOf(backend);
  const shared = !(memory.buffer instanceof ArrayBuffer);
  const { module, relaxed } = await compileKernels(shared, options.relaxedSimd);
  setRuntime(backend, createRuntime(backend, memory, module, options.winograd));
  installFastKernels();
  const info = { relaxedSimd: relaxed };
  started.set(backend, { options, info });
  return info;
}

function same(a: FastOptions, b: FastOptions): boolean {
  return a.relaxedSimd === b.relaxedSimd && a.winograd === b.winograd;
}

function memoryOf(backend: BackendWasm): WebAssembly.Memory {
  // Emscripten puts the module's exports there; tfjs's types do not say so.
  return (backend.wasm as unknown as { asm: { memory: WebAssembly.Memory } }).asm.memory;
}
