import type { BackendWasm } from "@tensorflow/tfjs-backend-wasm";
import type { TensorInfo } from "@tensorflow/tfjs-core";
import { createArena } from "./arena.js";
import { instantiate, type Layout, type Sizes } from "./module.js";
import { type Arguments, inOrder, type KernelName } from "./parameters.js";

/** Runs kernels on the memory in which a backend keeps its tensors. */
export interface Runtime {
  /** Whether convolutions may trade some precision for speed. */
  readonly winograd: boolean;
  readonly layout: Layout;
  readonly sizes: Sizes;
  /**
   * Runs tasks 0 up to `tasks` of a kernel, on all threads, and returns when they are done. How work is cut into tasks must
   * depend on shapes alone, so that results do not depend on the number of threads.
   *
   * @param scratch Bytes of scratch memory that each thread needs.
   */
  run<Name extends KernelName>(kernel: Name, tasks: number, args: Arguments<Name>, scratch?: number): void;
  /** Addresses of memory of these sizes in bytes, until the next call. */
  workspace<Name extends string>(sizes: Readonly<Record<Name, number>>): Readonly<Record<Name, number>>;
  /** Writes 32-bit integers. */
  writeIntegers(address: number, integers: readonly number[]): void;
  fillZeros(address: number, bytes: number): void;
  addressOf(tensor: TensorInfo): number;
  /** A new float32 tensor, not filled. */
  output(shape: readonly number[]): TensorInfo;
  /** Frees what it holds; it can't be used any more. */
  dispose(): void;
}

export function createRuntime(
  backend: BackendWasm,
  memory: WebAssembly.Memory,
  compiled: WebAssembly.Module,
  winograd: boolean,
): Runtime {
  const { kernels, layout, sizes } = instantiate(compiled, memory);
  const workspace = createArena(backend);
  const scratches = createArena(backend);
  return {
    winograd,
    layout,
    sizes,
    run(kernel, tasks, args, scratch = 0) {
      if (tasks === 0) return;
      kernels[kernel](0, tasks, scratches.reserve(scratch), ...inOrder(kernel, args));
    },
    workspace: (parts) => workspace.divide(parts),
    writeIntegers: (address, integers) =>
      new Int32Array(memory.buffer, address, integers.length).set(integers),
    fillZeros: (address, bytes) => new Uint8Array(memory.buffer, address, bytes).fill(0),
    addressOf: ({ dataId }) => backend.getMemoryOffset(dataId) >>> 0,
    output: (shape) => backend.makeOutput([...shape], "float32"),
    dispose() {
      workspace.free();
      scratches.free();
    },
  };
}
