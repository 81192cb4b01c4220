import { readFile } from "node:fs/promises";
import { setFlagsFromString } from "node:v8";

export async function readBinary(url: URL): Promise<BufferSource> {
  // As it is in a browser: a buffer of Node's pool is a view of others' bytes too.
  return Uint8Array.from(await readFile(url));
}

export function allowRelaxedSimd(): void {
  const [major] = process.versions.node.split(".").map(Number);
  // From V8 11.4 on, which Node 21 brought, it is always on, and at some later time the flag is gone.
  if (major < 21) setFlagsFromString("--experimental-wasm-relaxed-simd");
}
