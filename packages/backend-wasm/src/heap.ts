// Emscripten names its exports with an underscore.
/* oxlint-disable no-underscore-dangle */
import type { BackendWasm } from "@tensorflow/tfjs-backend-wasm";
import { type MeasuresMemory, OutOfMemoryError } from "@contrastive/core";

export const GIBIBYTE = 2 ** 30;

/** What Emscripten puts on every module; tfjs's types refer to a package that it does not bring. */
interface Allocator {
  _malloc(bytes: number): number;
  _free(address: number): void;
}

export function allocatorOf({ wasm }: BackendWasm): Allocator {
  return wasm as unknown as Allocator;
}

const limits = new WeakMap<object, number>();

/**
 * Makes an allocation that fails, or that ends above the limit, throw, and lets the backend say how much is allocated.
 *
 * Stock tfjs takes the null pointer of a failed allocation for an address, and near 4 GiB it overwrites live tensors.
 */
export function guardHeap(backend: BackendWasm, limit: number): void {
  const module = allocatorOf(backend);
  const guarded = limits.has(module);
  limits.set(module, limit);
  if (guarded) return;
  // Emscripten puts functions in their place at the first call.
  module._free(module._malloc(1));
  const allocate = module._malloc.bind(module);
  const free = module._free.bind(module);
  const sizes = new Map<number, number>();
  let used = 0;
  let peak = 0;
  module._malloc = (bytes) => {
    const address = allocate(bytes) >>> 0;
    const most = limits.get(module) ?? limit;
    if (address !== 0 && address + bytes <= most) {
      sizes.set(address, bytes);
      used += bytes;
      peak = Math.max(peak, used);
      return address;
    }
    if (address !== 0) free(address);
    throw new OutOfMemoryError(
      {
        who: `backend "wasm"`,
        what:
          `no room for a tensor of ${bytes} bytes in a heap of ${most / GIBIBYTE} GiB, ` +
          `of which ${(used / GIBIBYTE).toFixed(2)} GiB are in use`,
        fix: `A smaller "chunkSize" (or "batchSize", if the batch is one chunk) needs less at a time`,
      },
      { bytes, limit: most },
    );
  };
  module._free = (address) => {
    const at = address >>> 0;
    used -= sizes.get(at) ?? 0;
    sizes.delete(at);
    free(address);
  };
  const measures: MeasuresMemory = {
    usedBytes: () => used,
    peakBytes(f) {
      peak = used;
      f();
      return peak;
    },
  };
  Object.assign(backend, measures);
}
