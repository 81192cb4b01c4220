// Emscripten names its exports with an underscore.
/* oxlint-disable no-underscore-dangle */
import type { BackendWasm } from "@tensorflow/tfjs-backend-wasm";
import { allocatorOf } from "../heap.js";

/** Memory on a backend's heap that grows to the largest size ever asked for, and is used anew each time. */
export interface Arena {
  reserve(bytes: number): number;
  /** Addresses of several pieces at once. */
  divide<Name extends string>(sizes: Readonly<Record<Name, number>>): Readonly<Record<Name, number>>;
  free(): void;
}

/** A cache line. */
const ALIGNMENT = 64;

export function createArena(backend: BackendWasm): Arena {
  const heap = allocatorOf(backend);
  let address = 0;
  let size = 0;

  function free(): void {
    if (address !== 0) heap._free(address);
    [address, size] = [0, 0];
  }

  function reserve(bytes: number): number {
    if (bytes > size) {
      free();
      address = heap._malloc(bytes + ALIGNMENT) >>> 0;
      size = bytes;
    }
    return aligned(address);
  }

  return {
    free,
    reserve,
    divide(sizes) {
      const entries = Object.entries<number>(sizes);
      let next = reserve(entries.reduce((sum, [, bytes]) => sum + aligned(bytes), 0));
      const addresses = entries.map(([name, bytes]) => {
        const at = next;
        next += aligned(bytes);
        return [name, at];
      });
      return Object.fromEntries(addresses);
    },
  };
}

/** The next multiple of a cache line. */
export function aligned(n: number): number {
  return Math.ceil(n / ALIGNMENT) * ALIGNMENT;
}
