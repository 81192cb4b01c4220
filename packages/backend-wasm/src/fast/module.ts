import type { KernelName } from "./parameters.js";

/** Does the tasks from `begin` up to `end`. */
export type Kernel = (begin: number, end: number, scratch: number, ...args: number[]) => void;

/** What a compiled `assembly/index.ts` exports. */
export interface KernelModule {
  readonly kernels: Readonly<Record<KernelName, Kernel>>;
  readonly layout: Layout;
  /** Bytes of scratch memory, of each thread, and of workspaces. */
  readonly sizes: Sizes;
}

/** How the kernels cut their work. */
export interface Layout {
  readonly tileRows: number;
  readonly blockRows: number;
  readonly blockColumns: number;
  readonly packedRows: number;
  readonly chunk: number;
}

export interface Sizes {
  blockScratch(): number;
  filterBytes(depth: number, columns: number): number;
  filterScratch(): number;
  gradientBytes(tiles: number, columns: number): number;
  winogradScratch(tilesPerTask: number, channels: number, columns: number): number;
  gradientInputBytes(tiles: number, channels: number): number;
  gradientScratch(rowsPerTask: number): number;
  gradientSumBytes(rowsPerTask: number): number;
}

/** Puts the kernels on a memory: synchronous, so that worker threads can do it too. */
export function instantiate(module: WebAssembly.Module, memory: WebAssembly.Memory): KernelModule {
  const { exports } = new WebAssembly.Instance(module, { env: { memory } });
  const constant = (name: string) => (exports[name] as WebAssembly.Global).value as number;
  return {
    // Its names are held together with `parameters.ts` by the tests of the kernels.
    kernels: exports as unknown as KernelModule["kernels"],
    sizes: exports as unknown as Sizes,
    layout: {
      tileRows: constant("TILE_ROWS"),
      blockRows: constant("BLOCK_ROWS"),
      blockColumns: constant("BLOCK_COLUMNS"),
      packedRows: constant("PACKED_ROWS"),
      chunk: constant("CHUNK"),
    },
  };
}

/** The kernels of these names, in their order. */
export function tableOf({ kernels }: KernelModule, names: readonly string[]): readonly Kernel[] {
  return names.map((name) => (kernels as Readonly<Record<string, Kernel>>)[name]);
}
