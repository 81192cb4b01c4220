import { createHash } from "node:crypto";
import { createReadStream, createWriteStream } from "node:fs";
import { mkdir, mkdtemp, readdir, rename, rm, rmdir } from "node:fs/promises";
import { join, resolve } from "node:path";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import type { ReadableStream } from "node:stream/web";
import { createGunzip } from "node:zlib";
import { ContrastiveError } from "@contrastive/core";
import { unpackTar } from "modern-tar/fs";
import { authorsPage, type ReadRequest } from "./read-request.js";

type DownloadRequest = Omit<ReadRequest, "names" | "download">;

const underway = new Map<string, Promise<void>>();

/**
 * Fetches the archive, checks it and puts its folder into `root`; leaves nothing behind if that fails.
 *
 * Two splits that are opened at once share one download.
 */
export function download(request: DownloadRequest): Promise<void> {
  const target = resolve(request.root, request.archive.folder);
  const shared = underway.get(target);
  if (shared !== undefined) return shared;
  const own = fetchAndUnpack(request, target).finally(() => underway.delete(target));
  underway.set(target, own);
  return own;
}

async function fetchAndUnpack(request: DownloadRequest, target: string): Promise<void> {
  const { who, archive } = request;
  const root = resolve(request.root);
  const created = await mkdir(root, { recursive: true });
  // In root, so that what is unpacked can be renamed into place in one step.
  const work = await mkdtemp(join(root, ".download-"));
  try {
    const packed = join(work, "archive.tar.gz");
    const md5 = await save(request, packed);
    if (md5 !== archive.md5) {
      throw new ContrastiveError({
        who,
        what: `${archive.url} must have the MD5 checksum ${archive.md5}`,
        got: md5,
        fix: `Try again, or download and unpack it by hand from ${authorsPage}`,
      });
    }
    await unpack(request, packed, join(work, "unpacked"), target);
  } catch (error) {
    await rm(work, { recursive: true, force: true });
    // Fails, as it should, if there is something else in it by now.
    if (created !== undefined) await rmdir(root).catch(() => {});
    throw error;
  }
  await rm(work, { recursive: true, force: true });
}

/** Writes the archive to a file, and returns its MD5 checksum. */
async function save({ who, archive, onProgress }: DownloadRequest, path: string): Promise<string> {
  const hash = createHash("md5");
  let received = 0;
  try {
    // The archive's own bytes are wanted, not what a server may make of a .gz on the way.
    const response = await fetch(archive.url, { headers: { "accept-encoding": "identity" } });
    if (!response.ok || response.body === null) {
      throw new Error(`the server answered ${response.status} ${response.statusText}`.trim());
    }
    const total = Number(response.headers.get("content-length")) || undefined;
    await pipeline(
      // The DOM's type of a stream and Node's are two, of one object.
      Readable.fromWeb(response.body as ReadableStream<Uint8Array>),
      async function* (chunks: AsyncIterable<Uint8Array>) {
        for await (const chunk of chunks) {
          hash.update(chunk);
          received += chunk.length;
          onProgress?.({ received, total });
          yield chunk;
        }
      },
      createWriteStream(path),
    );
  } catch (cause) {
    throw new ContrastiveError({
      who,
      what: `could not download ${archive.url}${received > 0 ? `, after ${received} bytes` : ""}: ${reason(cause)}`,
      fix: `Try again, or download and unpack it by hand from ${authorsPage}`,
      cause,
    });
  }
  return hash.digest("hex");
}

async function unpack(
  { who, archive }: DownloadRequest,
  packed: string,
  unpacked: string,
  target: string,
): Promise<void> {
  try {
    await pipeline(createReadStream(packed), createGunzip(), unpackTar(unpacked));
    await install(join(unpacked, archive.folder), target);
  } catch (cause) {
    throw new ContrastiveError({
      who,
      what: `could not unpack ${archive.url} into ${target}: ${reason(cause)}`,
      cause,
    });
  }
}

/** Fetch says no more than "fetch failed"; its cause says why. */
function reason(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const { cause } = error;
  if (!(cause instanceof Error)) return error.message;
  return `${error.message} (${cause.message || ("code" in cause ? String(cause.code) : cause.name)})`;
}

async function install(from: string, to: string): Promise<void> {
  try {
    await rename(from, to);
  } catch {
    // The folder is there but lacks files, or another process was first.
    await mkdir(to, { recursive: true });
    for (const file of await readdir(from)) await rename(join(from, file), join(to, file));
  }
}
