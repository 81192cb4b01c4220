import { type BufferManager, keyOf } from "../runner/buffer-pool.js";

/** The buffers of a recording, in the place of the pool while it is made. */
export interface Arena extends BufferManager {
  /** Those that tensors hold. */
  readonly live: ReadonlySet<GPUBuffer>;
  /** Whether it holds what the processor wrote: it is never used for anything else. */
  isConstant(buffer: GPUBuffer): boolean;
  has(buffer: GPUBuffer): boolean;
  /** Lets go of a buffer, which is somebody else's from then on. */
  give(buffer: GPUBuffer): GPUBuffer;
}

export function createArena(device: GPUDevice): Arena {
  const free = new Map<string, GPUBuffer[]>();
  const made = new Set<GPUBuffer>();
  const live = new Set<GPUBuffer>();
  const constants = new Set<GPUBuffer>();

  return {
    live,
    isConstant: (buffer) => constants.has(buffer),
    has: (buffer) => made.has(buffer),
    give(buffer) {
      made.delete(buffer);
      live.delete(buffer);
      return buffer;
    },
    acquireBuffer(size, usage, mappedAtCreation = false) {
      const written = mappedAtCreation || (usage & GPUBufferUsage.UNIFORM) !== 0;
      const buffer =
        (written ? undefined : free.get(keyOf(size, usage))?.pop()) ??
        device.createBuffer({ size, usage, mappedAtCreation });
      made.add(buffer);
      live.add(buffer);
      if (written) constants.add(buffer);
      return buffer;
    },
    releaseBuffer(buffer) {
      live.delete(buffer);
      if (constants.has(buffer)) return;
      const key = keyOf(buffer.size, buffer.usage);
      const same = free.get(key);
      if (same === undefined) free.set(key, [buffer]);
      else same.push(buffer);
    },
    get numBytesUsed() {
      return bytes(live);
    },
    get numBytesAllocated() {
      return bytes(made);
    },
    getNumUsedBuffers: () => live.size,
    getNumFreeBuffers: () => made.size - live.size,
    dispose() {
      for (const buffer of made) buffer.destroy();
      for (const set of [made, live, constants]) set.clear();
      free.clear();
    },
  };
}

function bytes(buffers: Iterable<GPUBuffer>): number {
  let sum = 0;
  for (const { size } of buffers) sum += size;
  return sum;
}
