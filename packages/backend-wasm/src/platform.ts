/** What differs between a browser and Node: here, a browser. `platform.node.ts` exports the same. */

/** The bytes of a file of this package. */
export async function readBinary(url: URL): Promise<BufferSource> {
  const response = await fetch(url);
  if (!response.ok) throw new Error(`${url.href}: HTTP status ${response.status}`);
  return response.arrayBuffer();
}

/** Turns relaxed SIMD on where it needs a switch. */
export function allowRelaxedSimd(): void {}
