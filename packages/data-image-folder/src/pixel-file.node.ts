import { crc32 } from "node:zlib";

/**
 * The file of decoded images: little-endian, and laid out so that it can be mapped into memory.
 *
 *     0        "contrastive pixels 1\n", then what the images were made of and how, as JSON; zeros up to 4096
 *     4096     pixels of the images, each from a multiple of 64: rows from the top, channels last
 *     index    24 bytes an image: offset (8 bytes; 0 for an image that is not there), height, width, channels, CRC-32 of its pixels
 *     footer   32 bytes: offset of the index (8 bytes), images (4), CRC-32 of header and index (4), "pixels end 1\n"
 */
export const headerBytes = 4096;
export const footerBytes = 32;
const entryBytes = 24;
const alignment = 64;
const endMark = "pixels end 1\n";

export interface Entry {
  readonly offset: number;
  readonly height: number;
  readonly width: number;
  readonly channels: number;
  readonly crc: number;
}

export function encodeHeader(description: Readonly<Record<string, unknown>>): Uint8Array {
  const header = new Uint8Array(headerBytes);
  header.set(new TextEncoder().encode(`contrastive pixels 1\n${JSON.stringify(description)}\n`));
  return header;
}

/** Index and footer, for an index that begins at `offset`. */
export function encodeIndex(
  header: Uint8Array,
  entries: readonly (Entry | undefined)[],
  offset: number,
): Uint8Array {
  const length = entries.length * entryBytes;
  const bytes = new Uint8Array(length + footerBytes);
  const view = new DataView(bytes.buffer);
  entries.forEach((entry, index) => {
    if (entry === undefined) return;
    const at = index * entryBytes;
    view.setBigUint64(at, BigInt(entry.offset), true);
    [entry.height, entry.width, entry.channels, entry.crc].forEach((value, i) =>
      view.setUint32(at + 8 + 4 * i, value, true),
    );
  });
  view.setBigUint64(length, BigInt(offset), true);
  view.setUint32(length + 8, entries.length, true);
  view.setUint32(length + 12, checksum(header, bytes.subarray(0, length)), true);
  bytes.set(new TextEncoder().encode(endMark), length + 16);
  return bytes;
}

/** Where the index begins and how long it is; undefined if this is no footer. */
export function decodeFooter(
  footer: Uint8Array,
): { readonly offset: number; readonly length: number; readonly crc: number } | undefined {
  const mark = new TextDecoder().decode(footer.subarray(16, 16 + endMark.length));
  if (footer.length !== footerBytes || mark !== endMark) return undefined;
  const view = new DataView(footer.buffer, footer.byteOffset, footerBytes);
  return {
    offset: Number(view.getBigUint64(0, true)),
    length: view.getUint32(8, true) * entryBytes,
    crc: view.getUint32(12, true),
  };
}

export function decodeIndex(index: Uint8Array): (Entry | undefined)[] {
  const view = new DataView(index.buffer, index.byteOffset, index.length);
  return Array.from({ length: index.length / entryBytes }, (_, i) => {
    const at = i * entryBytes;
    const offset = Number(view.getBigUint64(at, true));
    if (offset === 0) return undefined;
    const [height, width, channels, crc] = [8, 12, 16, 20].map((field) => view.getUint32(at + field, true));
    return { offset, height, width, channels, crc };
  });
}

export function checksum(...parts: readonly Uint8Array[]): number {
  return parts.reduce((crc, part) => crc32(part, crc), 0);
}

export function aligned(offset: number): number {
  return Math.ceil(offset / alignment) * alignment;
}
