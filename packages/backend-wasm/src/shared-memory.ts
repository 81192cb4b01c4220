const MEMORY_SECTION = 5;
const HAS_MAXIMUM = 1;
const SHARED = 2;

/** Whether this engine, and in a browser this page, may share memory between threads. */
export function canShare(): boolean {
  if (!("SharedArrayBuffer" in globalThis)) return false;
  try {
    // What tfjs asks for: an engine may have no room for that much.
    const memory = new WebAssembly.Memory({ initial: 256, maximum: 65_536, shared: true });
    return !(memory.buffer instanceof ArrayBuffer);
  } catch {
    return false;
  }
}

/**
 * A WebAssembly module with the memory that it defines declared shared, so that workers can be handed it; else the same.
 *
 * tfjs's own threaded build does that too, but brings workers of its own. Throws for a module whose memory has no maximum.
 */
export function shareMemory(module: Uint8Array<ArrayBuffer>): Uint8Array<ArrayBuffer> {
  const shared = module.slice();
  // Behind the magic number and the version.
  let at = 8;
  while (at < shared.length) {
    const section = shared[at];
    const size = readNumber(shared, at + 1);
    if (section === MEMORY_SECTION) {
      const flags = readNumber(shared, size.next).next;
      if ((shared[flags] & HAS_MAXIMUM) === 0) throw new Error("The module's memory has no maximum.");
      shared[flags] |= SHARED;
      return shared;
    }
    at = size.next + size.value;
  }
  throw new Error("The module defines no memory.");
}

/** A number of variable length (LEB128). */
function readNumber(bytes: Uint8Array, from: number): { value: number; next: number } {
  let value = 0;
  for (let i = 0; ; i++) {
    const byte = bytes[from + i];
    if (byte === undefined) throw new Error("The module ends too early.");
    value += (byte & 127) * 2 ** (7 * i);
    if (byte < 128) return { value, next: from + i + 1 };
  }
}
