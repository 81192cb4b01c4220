import { createHash, randomUUID } from "node:crypto";
import { type FileHandle, mkdir, open, readdir, rename, rm, stat } from "node:fs/promises";
import { basename, dirname, join, resolve } from "node:path";
import { ContrastiveError, type RawImage, type Split } from "@contrastive/core";
import type { Decoding } from "./options.js";
import {
  aligned,
  checksum,
  decodeFooter,
  decodeIndex,
  encodeHeader,
  encodeIndex,
  type Entry,
  footerBytes,
  headerBytes,
} from "./pixel-file.node.js";

export interface PixelCache {
  /** Undefined for an image that is not there. Throws if its checksum is wrong. */
  read(index: number): Promise<RawImage | undefined>;
  write(index: number, image: RawImage): Promise<void>;
  /** One of the images will never be written. */
  leaveOut(): void;
  close(): Promise<void>;
}

export interface PixelCacheOptions extends Required<Decoding> {
  readonly who: string;
  readonly folder: string;
  readonly split: Split;
  readonly paths: readonly string[];
}

/**
 * Decoded images in one file, of which the name holds a digest of all that they depend on: paths, sizes and times of the files,
 * how they are decoded and by what.
 *
 * What is written goes to a file aside, which takes the other's place in one step: once all images are there, or on closing.
 * Throws if the file is damaged.
 */
export async function openPixelCache(options: PixelCacheOptions): Promise<PixelCache> {
  const { who, paths } = options;
  const { path, header } = await identify(options);
  await mkdir(dirname(path), { recursive: true });
  await removeLeftOver(path);

  const complaint = (what: string, fix: string, cause?: unknown) =>
    new ContrastiveError({ who, what: `the cache ${path} ${what}`, fix, cause });
  const damaged = (what: string) => complaint(what, "It is damaged: delete it, and it is made anew");

  let file = await openFile(path);
  let entries: (Entry | undefined)[] = Array.from({ length: paths.length });
  let end = headerBytes;
  if (file !== undefined) ({ entries, end } = await readIndex(file, header, paths.length, damaged));
  let present = entries.filter((entry) => entry !== undefined).length;
  let leftOut = 0;
  /** Of the file aside, once there is something to write. */
  let aside: Promise<string> | undefined;
  const writing = new Set<Promise<void>>();
  /** Of the file aside before that one; never rejects. */
  let published: Promise<void> = Promise.resolve();

  async function beginAside(): Promise<string> {
    await published;
    const name = `${path}.${process.pid}-${randomUUID().slice(0, 8)}.partial`;
    const before = file;
    const next = await open(name, "wx+");
    if (before === undefined) await next.write(header, 0, headerBytes, 0);
    // Of the open file: another program may have put one of its own in its place.
    else await copyStart(before, next, end);
    file = next;
    await before?.close();
    return name;
  }

  async function append(index: number, { data, height, width, channels }: RawImage): Promise<void> {
    // Two reads of one image may both have decoded it.
    if (entries[index] !== undefined) return;
    try {
      await (aside ??= beginAside());
      if (entries[index] !== undefined) return;
      const offset = aligned(end);
      end = offset + data.length;
      await file!.write(data, 0, data.length, offset);
      if (entries[index] === undefined) present++;
      entries[index] = { offset, height, width, channels, crc: checksum(data) };
    } catch (cause) {
      throw complaint(
        `can't be written: ${String(cause)}`,
        "Make room for it, or leave out the option cache",
        cause,
      );
    }
  }

  /** Once, however many ask for it. */
  async function publish(): Promise<void> {
    if (aside === undefined) return published;
    const done = putInPlace(aside);
    aside = undefined;
    published = done.catch(() => {});
    await done;
  }

  async function putInPlace(begun: Promise<string>): Promise<void> {
    const name = await begun;
    try {
      const at = aligned(end);
      const index = encodeIndex(header, entries, at);
      await file!.truncate(at);
      await file!.write(index, 0, index.length, at);
      await file!.sync();
      await rename(name, path);
    } catch (cause) {
      await rm(name, { force: true });
      throw complaint(
        `can't be written: ${String(cause)}`,
        "Make room for it, or leave out the option cache",
        cause,
      );
    }
  }

  return {
    async read(index) {
      const entry = entries[index];
      if (entry === undefined) return undefined;
      const { offset, height, width, channels, crc } = entry;
      const data = new Uint8Array(height * width * channels);
      const { bytesRead } = await file!.read(data, 0, data.length, offset);
      if (bytesRead < data.length || checksum(data) !== crc)
        throw damaged(`has a wrong checksum at image ${index}`);
      return { data, height, width, channels };
    },
    async write(index, image) {
      const done = append(index, image).finally(() => writing.delete(done));
      writing.add(done);
      await done;
      // The last of those that overlap.
      if (present + leftOut >= entries.length && writing.size === 0) await publish();
    },
    leaveOut: () => void leftOut++,
    async close() {
      await Promise.allSettled(writing);
      await publish();
      await file?.close();
      file = undefined;
    },
  };
}

async function copyStart(from: FileHandle, to: FileHandle, length: number): Promise<void> {
  const buffer = new Uint8Array(2 ** 20);
  for (let at = 0; at < length;) {
    const { bytesRead } = await from.read(buffer, 0, Math.min(buffer.length, length - at), at);
    if (bytesRead === 0) throw new Error("it ended early");
    await to.write(buffer, 0, bytesRead, at);
    at += bytesRead;
  }
}

async function openFile(path: string): Promise<FileHandle | undefined> {
  try {
    return await open(path, "r");
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "ENOENT") return undefined;
    throw error;
  }
}

async function readIndex(
  file: FileHandle,
  header: Uint8Array,
  count: number,
  damaged: (what: string) => ContrastiveError,
): Promise<{ readonly entries: (Entry | undefined)[]; readonly end: number }> {
  const { size } = await file.stat();
  const part = async (offset: number, length: number) => {
    const bytes = new Uint8Array(length);
    const { bytesRead } = await file.read(bytes, 0, length, offset);
    return bytes.subarray(0, bytesRead);
  };
  const footer =
    size < headerBytes + footerBytes ? undefined : decodeFooter(await part(size - footerBytes, footerBytes));
  if (footer === undefined) throw damaged("has no end");
  if (footer.offset + footer.length + footerBytes !== size) throw damaged("is not as long as it says");
  const index = await part(footer.offset, footer.length);
  if (checksum(await part(0, headerBytes), index) !== footer.crc) throw damaged("has a wrong checksum");
  const entries = decodeIndex(index);
  if (entries.length !== count || checksum(header, index) !== footer.crc) throw damaged("is of other images");
  return { entries, end: footer.offset };
}

async function identify({ folder, split, paths, size, fit, maxPixels }: PixelCacheOptions) {
  const { default: sharp } = await import("sharp");
  const decoding = { size, fit, maxPixels, sharp: sharp.versions.sharp, vips: sharp.versions.vips };
  const hash = createHash("sha256").update(JSON.stringify(decoding));
  for (let start = 0; start < paths.length; start += 256) {
    const stats = await Promise.all(
      paths.slice(start, start + 256).map(async (path) => {
        // One that is not there is told of when it is read.
        const { size, mtimeMs } = await stat(path).catch(() => ({ size: -1, mtimeMs: -1 }));
        return `${path}\0${size}\0${mtimeMs}\n`;
      }),
    );
    hash.update(stats.join(""));
  }
  const digest = hash.digest("hex");
  return {
    path: join(resolve(folder), `${split}-${digest.slice(0, 16)}.pixels`),
    header: encodeHeader({ images: paths.length, ...decoding, of: digest }),
  };
}

/** Of programs that were killed. */
async function removeLeftOver(path: string): Promise<void> {
  const prefix = `${basename(path)}.`;
  for (const name of await readdir(dirname(path))) {
    if (!name.startsWith(prefix) || !name.endsWith(".partial")) continue;
    if (!isAlive(Number.parseInt(name.slice(prefix.length))))
      await rm(join(dirname(path), name), { force: true });
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    // Of another user.
    return error instanceof Error && "code" in error && error.code === "EPERM";
  }
}
