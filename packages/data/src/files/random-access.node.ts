import { open, readdir, stat } from "node:fs/promises";
import { join, resolve } from "node:path";
import { ContrastiveError } from "@contrastive/core";
import { expandBraces } from "./expand-braces.js";
import { endsEarly, openRandomAccess as openUrl, type RandomAccess } from "./random-access.js";

/** Whole paths and URLs: braces are expanded everywhere, `*` and `?` in paths. Throws where nothing has such a name. */
export async function listPaths(who: string, patterns: readonly string[]): Promise<readonly string[]> {
  const found: string[] = [];
  for (const pattern of patterns.flatMap(expandBraces)) {
    if (isUrl(pattern) || !/[*?]/.test(pattern)) {
      found.push(isUrl(pattern) ? pattern : resolve(pattern));
      continue;
    }
    const matching = await glob(resolve(pattern));
    if (matching.length === 0) throw new ContrastiveError({ who, what: `there is no ${resolve(pattern)}` });
    found.push(...matching);
  }
  return found;
}

/** A file, or one on a server that takes range requests. Throws if there is none. */
export async function openRandomAccess(
  who: string,
  path: string,
  signal?: AbortSignal,
): Promise<RandomAccess> {
  if (isUrl(path)) return openUrl(who, path, signal);
  const { size, mtimeMs } = await statOf(who, path);
  return {
    path,
    size,
    version: String(mtimeMs),
    async read(offset, length, signal) {
      signal?.throwIfAborted();
      // There may be more shards than files that may be open.
      const file = await open(path);
      try {
        const bytes = new Uint8Array(length);
        const { bytesRead } = await file.read(bytes, 0, length, offset);
        if (bytesRead < length) throw endsEarly(who, path, offset, length, bytesRead);
        return bytes;
      } finally {
        await file.close();
      }
    },
  };
}

function isUrl(path: string): boolean {
  return /^https?:\/\//i.test(path);
}

async function statOf(who: string, path: string) {
  try {
    return await stat(path);
  } catch (cause) {
    const isMissing = cause instanceof Error && "code" in cause && cause.code === "ENOENT";
    const what = isMissing ? `there is no ${path}` : `could not read ${path}: ${String(cause)}`;
    throw new ContrastiveError({ who, what, cause });
  }
}

/** Of an absolute pattern, in the same order on every machine. */
async function glob(pattern: string): Promise<string[]> {
  const parts = pattern.split(/[\\/]/);
  let paths = [`${parts[0]}/`];
  for (const part of parts.slice(1)) {
    if (!/[*?]/.test(part)) {
      paths = paths.map((path) => join(path, part));
      continue;
    }
    const matches = matcher(part);
    const below = await Promise.all(
      paths.map(async (path) => {
        const names = await readdir(path).catch(() => []);
        return names
          .filter(matches)
          .sort()
          .map((name) => join(path, name));
      }),
    );
    paths = below.flat();
  }
  const exist = await Promise.all(
    paths.map((path) =>
      stat(path).then(
        () => true,
        () => false,
      ),
    ),
  );
  return paths.filter((_, i) => exist[i]);
}

function matcher(part: string): (name: string) => boolean {
  const escaped = part.replace(/[.+^${}()|[\]\\]/g, "\\$&");
  const pattern = new RegExp(`^${escaped.replaceAll("*", ".*").replaceAll("?", ".")}$`);
  // As a shell does, what is hidden is left alone.
  return (name) => pattern.test(name) && (part.startsWith(".") || !name.startsWith("."));
}
