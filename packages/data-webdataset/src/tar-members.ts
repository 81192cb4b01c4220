import { ContrastiveError } from "@contrastive/core";
import type { RandomAccess } from "@contrastive/data/files";

/** A file in a tar. */
export interface TarMember {
  readonly name: string;
  /** Of its content. */
  readonly offset: number;
  readonly length: number;
}

export interface TarReader {
  readonly members: AsyncIterable<TarMember>;
  /** The content of a small member, best of the one that was listed last. */
  text(member: TarMember): Promise<string>;
}

/** Bytes that are read at a time. */
export interface Pieces {
  readonly least: number;
  readonly most: number;
}

const blockBytes = 512;

/**
 * Goes through a tar (POSIX or GNU) by its headers, reading pieces: larger ones, up to `most` bytes, while members are small, and no
 * more than `least` around the headers of large ones.
 *
 * Throws for what is no tar, is compressed, damaged, or cut short.
 */
export function readTar(who: string, file: RandomAccess, { least, most }: Pieces): TarReader {
  const { path, size } = file;
  let window = { start: 0, bytes: new Uint8Array() };
  let piece = least;

  async function at(offset: number, length: number): Promise<Uint8Array> {
    const from = offset - window.start;
    if (from >= 0 && from + length <= window.bytes.length) return window.bytes.subarray(from, from + length);
    piece = from <= window.bytes.length + piece ? Math.min(2 * piece, most) : least;
    const bytes = await file.read(offset, Math.max(length, Math.min(piece, size - offset)));
    window = { start: offset, bytes };
    return window.bytes.subarray(0, length);
  }

  const broken = (what: string, fix = "Download it again, or mend it") =>
    new ContrastiveError({ who, what: `${path} ${what}`, fix });

  async function* members(): AsyncGenerator<TarMember> {
    let extended: Extended = {};
    for (let offset = 0; ;) {
      if (offset === 0 && size > 1 && isGzip(await at(0, 2))) {
        throw broken("is compressed, and can't be read in parts", "Unpack it: gunzip");
      }
      if (offset + blockBytes > size) throw broken("has no end, which is a block of zeros: it is cut short");
      const block = await at(offset, blockBytes);
      const sum = sumOf(block);
      if (sum === 0) return;
      if (!hasChecksum(block, sum)) throw noHeader(offset);
      const header = parseHeader(block);
      const { type } = header;
      const name = extended.name ?? header.name;
      const length = extended.length ?? header.length;
      const content = offset + blockBytes;
      const next = content + Math.ceil(length / blockBytes) * blockBytes;
      if (content + length > size) {
        throw broken(`is cut short: it ends at byte ${size}, and ${name} in it at ${content + length}`);
      }
      offset = next;
      if (type === "extended") extended = { ...extended, ...parseExtended(await at(content, length)) };
      else if (type === "long-name") extended = { ...extended, name: textOf(await at(content, length)) };
      else {
        if (type === "file") yield { name, offset: content, length };
        extended = {};
      }
    }
  }

  function noHeader(offset: number): ContrastiveError {
    if (offset > 0) return broken(`is damaged at byte ${offset}, where a header must be`);
    return broken("is no tar", "Name the shards alone");
  }

  return {
    members: members(),
    text: async ({ offset, length }) => decoder.decode(await at(offset, length)),
  };
}

function isGzip([first, second]: Uint8Array): boolean {
  return first === 0x1f && second === 0x8b;
}

/** What stands before a header, and holds for it. */
interface Extended {
  readonly name?: string;
  readonly length?: number;
}

function parseHeader(block: Uint8Array): {
  name: string;
  length: number;
  type: "file" | "extended" | "long-name" | "other";
} {
  const own = textOf(block.subarray(0, 100));
  // GNU's variant ("ustar ") has other fields where POSIX's has the prefix.
  const isPosix = textOf(block.subarray(257, 263)) === "ustar";
  const prefix = isPosix ? textOf(block.subarray(345, 500)) : "";
  return {
    name: prefix === "" ? own : `${prefix}/${own}`,
    length: numberOf(block.subarray(124, 136)),
    type: typeOf(block[156]),
  };
}

function typeOf(flag: number) {
  switch (String.fromCharCode(flag)) {
    case "0":
    case "7":
    case "\0":
      return "file";
    case "x":
      return "extended";
    case "L":
      return "long-name";
    default:
      return "other";
  }
}

/** Records of POSIX: `27 path=…\n`, the number being their length in bytes. */
function parseExtended(bytes: Uint8Array): Extended {
  const values: Record<string, string> = {};
  for (let start = 0; start < bytes.length;) {
    const space = bytes.indexOf(0x20, start);
    const length = Number(textOf(bytes.subarray(start, space)));
    if (space === -1 || !(length > 0)) break;
    const record = decoder.decode(bytes.subarray(space + 1, start + length - 1));
    const equals = record.indexOf("=");
    values[record.slice(0, equals)] = record.slice(equals + 1);
    start += length;
  }
  return {
    ...(values.path !== undefined && { name: values.path }),
    ...(values.size !== undefined && { length: Number(values.size) }),
  };
}

/** Octal digits, or where these are too few, GNU's binary. */
function numberOf(field: Uint8Array): number {
  if ((field[0] & 0x80) === 0) return Number.parseInt(textOf(field).trim() || "0", 8);
  return field.subarray(1).reduce((sum, byte) => sum * 256 + byte, field[0] & 0x7f);
}

function sumOf(bytes: Uint8Array): number {
  let sum = 0;
  for (let at = 0; at < bytes.length; at++) sum += bytes[at];
  return sum;
}

/** The sum of all bytes, with spaces in its own place. */
function hasChecksum(block: Uint8Array, sum: number): boolean {
  const field = block.subarray(148, 156);
  return sum - sumOf(field) + 8 * 0x20 === numberOf(field);
}

const decoder = new TextDecoder();

function textOf(bytes: Uint8Array): string {
  const end = bytes.indexOf(0);
  return decoder.decode(end === -1 ? bytes : bytes.subarray(0, end));
}
