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

/** How the kernels cut their work, and the numbers of the schemes of Winograd's algorithm. */
export interface Layout {
  readonly plain: number;
  readonly halving: number;
  readonly doubling: number;
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
  gradientBytes(scheme: number, tiles: number, columns: number): number;
  winogradColumnScratch(scheme: number, rows: number, channels: number, columnsPerTask: number): number;
  winogradInputBytes(scheme: number, rows: number, channels: number): number;
  winogradScratch(scheme: number, tilesPerTask: number, channels: number, columns: number): number;
  gradientGroupScratch(scheme: number, tilesPerBatch: number, channels: number, columns: number): number;
  gradientInputBytes(scheme: number, tiles: number, channels: number): number;
  gradientScratch(rowsPerTask: number): number;
  gradientSumBytes(rowsPerTask: number): number;
  imageScratch(pixels: number, side: number): number;
  tripletScratch(columns: number): number;
}

/** Puts the kernels on a memory: synchronous, so that worker threads can do it too. */
export function instantiate(module: WebAssembly.Module, memory: WebAssembly.Memory): KernelModule {
  const { exports } = new WebAssembly.Instance(module, { env: { memory } });
  // The types of a module's exports say nothing; parameters.test.ts holds the kernels together with `parameters.ts`.
  const constant = (name: string) => (exports[name] as WebAssembly.Global).value as number;
  return {
    kernels: exports as unknown as KernelModule["kernels"],
    sizes: exports as unknown as Sizes,
    layout: {
      plain: constant("PLAIN"),
      halving: constant("HALVING"),
      doubling: constant("DOUBLING"),
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
  // A worker is told the names, of which the type knows no more.
  return names.map((name) => (kernels as Readonly<Record<string, Kernel>>)[name]);
}
