import type { BackendWasm } from "@tensorflow/tfjs-backend-wasm";
import type { TensorInfo } from "@tensorflow/tfjs-core";
import { aligned, createArena } from "./arena.js";
import type { Layout, Sizes } from "./module.js";
import { type Arguments, inOrder, kernelNames, type KernelName } from "./parameters.js";
import type { Pool } from "./pool.js";

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
  writeBytes(address: number, bytes: Uint8Array): void;
  fillZeros(address: number, bytes: number): void;
  addressOf(tensor: TensorInfo): number;
  /** A new float32 tensor, not filled. */
  output(shape: readonly number[]): TensorInfo;
  /** Frees the memory that it works in, until it is needed again; where it lies, it would be in the way of a larger tensor. */
  release(): void;
  /** Frees what it holds; it can't be used any more. */
  dispose(): void;
}

export function createRuntime(
  backend: BackendWasm,
  memory: WebAssembly.Memory,
  pool: Pool,
  winograd: boolean,
): Runtime {
  const { layout, sizes } = pool.module;
  const workspace = createArena(backend);
  const scratches = createArena(backend);

  function release(): void {
    workspace.free();
    scratches.free();
  }

  return {
    winograd,
    layout,
    sizes,
    run(kernel, tasks, args, scratch = 0) {
      if (tasks === 0) return;
      const scratchBytes = aligned(scratch);
      pool.run({
        kernel: kernelNames.indexOf(kernel),
        tasks,
        args: inOrder(kernel, args),
        scratch: scratches.reserve(scratchBytes * pool.threads),
        scratchBytes,
      });
    },
    workspace: (parts) => workspace.divide(parts),
    writeIntegers: (address, integers) =>
      new Int32Array(memory.buffer, address, integers.length).set(integers),
    writeBytes: (address, bytes) => new Uint8Array(memory.buffer, address, bytes.length).set(bytes),
    fillZeros: (address, bytes) => new Uint8Array(memory.buffer, address, bytes).fill(0),
    addressOf: ({ dataId }) => backend.getMemoryOffset(dataId) >>> 0,
    output: (shape) => backend.makeOutput([...shape], "float32"),
    release,
    dispose() {
      pool.dispose();
      release();
    },
  };
}
