/** Bits in short, for comparing: vitest takes its time over long arrays. */
export function fingerprint(arrays: readonly Float32Array[]): number[] {
  return arrays.map(({ buffer, byteOffset, length }) => {
    let hash = 0x811c9dc5;
    for (const word of new Uint32Array(buffer, byteOffset, length)) hash = Math.imul(hash ^ word, 0x01000193);
    return hash >>> 0;
  });
}
