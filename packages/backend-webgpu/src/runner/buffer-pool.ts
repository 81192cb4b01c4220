/** What tfjs's backend asks of the manager of its buffers, in its words. */
export interface BufferManager {
  readonly numBytesUsed: number;
  readonly numBytesAllocated: number;
  acquireBuffer(
    size: number,
    usage: GPUBufferUsageFlags,
    mappedAtCreation?: boolean,
    reuse?: boolean,
  ): GPUBuffer;
  releaseBuffer(buffer: GPUBuffer, reuse?: boolean): void;
  getNumUsedBuffers(): number;
  getNumFreeBuffers(): number;
  dispose(): void;
}

/** Buffers by size and use, kept when they are released, in the place of tfjs's manager. */
export interface BufferPool extends BufferManager {
  /** Destroys the buffers that nobody uses. */
  trim(): void;
  /** Takes over a buffer in use that something else has made. */
  adopt(buffer: GPUBuffer): void;
}

/**
 * Of the free buffers it hands out the one that was made first, where tfjs's manager takes the last one released: a step that asks
 * for what the step before asked for gets the same buffers, and finds its bind groups made.
 */
export function createBufferPool(device: GPUDevice): BufferPool {
  const free = new Map<string, GPUBuffer[]>();
  const used = new Set<GPUBuffer>();
  const order = new WeakMap<GPUBuffer, number>();
  let made = 0;
  let [bytesUsed, bytesAllocated, freeCount] = [0, 0, 0];

  const destroy = (buffer: GPUBuffer) => {
    bytesAllocated -= buffer.size;
    buffer.destroy();
  };
  const use = (buffer: GPUBuffer) => {
    used.add(buffer);
    bytesUsed += buffer.size;
    return buffer;
  };
  const enter = (buffer: GPUBuffer) => {
    order.set(buffer, made++);
    bytesAllocated += buffer.size;
    return use(buffer);
  };

  return {
    get numBytesUsed() {
      return bytesUsed;
    },
    get numBytesAllocated() {
      return bytesAllocated;
    },
    getNumUsedBuffers: () => used.size,
    getNumFreeBuffers: () => freeCount,
    acquireBuffer(size, usage, mappedAtCreation = false, reuse = true) {
      const kept = reuse ? free.get(keyOf(size, usage))?.pop() : undefined;
      if (kept === undefined) return enter(device.createBuffer({ size, usage, mappedAtCreation }));
      freeCount--;
      return use(kept);
    },
    releaseBuffer(buffer, reuse = true) {
      if (!used.delete(buffer)) throw new Error("A buffer was released that was not in use.");
      bytesUsed -= buffer.size;
      if (!reuse) return destroy(buffer);
      const key = keyOf(buffer.size, buffer.usage);
      const same = free.get(key);
      freeCount++;
      if (same === undefined) free.set(key, [buffer]);
      else insert(same, buffer, order);
    },
    trim() {
      for (const buffers of free.values()) buffers.forEach(destroy);
      free.clear();
      freeCount = 0;
    },
    adopt: (buffer) => void enter(buffer),
    dispose() {
      for (const buffer of [...used, ...[...free.values()].flat()]) buffer.destroy();
      used.clear();
      free.clear();
      bytesUsed = bytesAllocated = freeCount = 0;
    },
  };
}

/** What buffers that may stand for each other have in common. */
export const keyOf = (size: number, usage: number) => `${size} ${usage}`;

/** Into a list whose last one was made first. */
function insert(buffers: GPUBuffer[], buffer: GPUBuffer, order: WeakMap<GPUBuffer, number>): void {
  const age = order.get(buffer)!;
  let at = buffers.length;
  while (at > 0 && order.get(buffers[at - 1])! < age) at--;
  buffers.splice(at, 0, buffer);
}
