import { readNumber, sectionsOf } from "./module-sections.js";

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
  const memory = sectionsOf(module).find(({ id }) => id === MEMORY_SECTION);
  if (memory === undefined) throw new Error("The module defines no memory.");
  const shared = module.slice();
  // Behind the number of memories.
  const flags = readNumber(shared, memory.begin).next;
  if ((shared[flags] & HAS_MAXIMUM) === 0) throw new Error("The module's memory has no maximum.");
  shared[flags] |= SHARED;
  return shared;
}
