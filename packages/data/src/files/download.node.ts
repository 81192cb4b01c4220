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
import type { DownloadSource, FilesRequest } from "./request.js";

export interface DownloadRequest extends Pick<
  FilesRequest,
  "who" | "root" | "folder" | "origin" | "onProgress"
> {
  readonly source: DownloadSource;
}

const underway = new Map<string, Promise<void>>();

/**
 * Fetches the source, checks it and puts its files into `folder` of `root`; leaves nothing behind if that fails.
 *
 * Two splits that are opened at once share one download.
 */
export function download(request: DownloadRequest): Promise<void> {
  const target = resolve(request.root, request.folder);
  const shared = underway.get(target);
  if (shared !== undefined) return shared;
  const own = fetchAndInstall(request, target).finally(() => underway.delete(target));
  underway.set(target, own);
  return own;
}

async function fetchAndInstall(request: DownloadRequest, target: string): Promise<void> {
  const { source } = request;
  const root = resolve(request.root);
  const created = await mkdir(root, { recursive: true });
  // In root, so that what is fetched can be renamed into place in one step.
  const work = await mkdtemp(join(root, ".download-"));
  try {
    if (source.kind === "archive") {
      const packed = join(work, "archive.tar.gz");
      await save(request, source.url, source.md5, packed);
      await unpack(request, packed, join(work, "unpacked"), target);
    } else {
      const files = join(work, "files");
      await mkdir(files);
      for (const [name, md5] of Object.entries(source.md5)) {
        await save(request, `${source.url.replace(/\/+$/, "")}/${name}`, md5, join(files, name));
      }
      await install(files, target);
    }
  } catch (error) {
    await rm(work, { recursive: true, force: true });
    // Fails, as it should, if there is something else in it by now.
    if (created !== undefined) await rmdir(root).catch(() => {});
    throw error;
  }
  await rm(work, { recursive: true, force: true });
}

/** Writes what `url` gives to a file; throws unless it has the checksum. */
async function save(request: DownloadRequest, url: string, md5: string, path: string): Promise<void> {
  const got = await stream(request, url, path);
  if (got === md5) return;
  throw new ContrastiveError({
    who: request.who,
    what: `${url} must have the MD5 checksum ${md5}`,
    got,
    fix: byHand(request),
  });
}

/** The MD5 checksum of what was written. */
async function stream(request: DownloadRequest, url: string, path: string): Promise<string> {
  const hash = createHash("md5");
  let received = 0;
  try {
    // The file's own bytes are wanted, not what a server may make of a .gz on the way.
    const response = await fetch(url, { headers: { "accept-encoding": "identity" } });
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
          request.onProgress?.({ received, total });
          yield chunk;
        }
      },
      createWriteStream(path),
    );
  } catch (cause) {
    throw new ContrastiveError({
      who: request.who,
      what: `could not download ${url}${received > 0 ? `, after ${received} bytes` : ""}: ${reason(cause)}`,
      fix: byHand(request),
      cause,
    });
  }
  return hash.digest("hex");
}

function byHand({ origin }: DownloadRequest): string {
  return `Try again, or get it by hand${origin === undefined ? "" : `: ${origin}`}`;
}

async function unpack(
  { who, source }: DownloadRequest,
  packed: string,
  unpacked: string,
  target: string,
): Promise<void> {
  try {
    await pipeline(createReadStream(packed), createGunzip(), unpackTar(unpacked));
    const [folder] = await readdir(unpacked);
    await install(join(unpacked, folder), target);
  } catch (cause) {
    throw new ContrastiveError({
      who,
      what: `could not unpack ${source.url} into ${target}: ${reason(cause)}`,
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
