import { readdir, readFile, realpath, stat } from "node:fs/promises";
import { dirname, join, resolve } from "node:path";
import { ContrastiveError, type OpenDataset } from "@contrastive/core";
import { createDecoder } from "./decoder.node.js";
import type { FilesOfSplit } from "./files-of-split.js";
import { openImages } from "./open-images.js";
import { openPixelCache } from "./pixel-cache.node.js";

export { createDecoder };

/** The files of a folder and all below it, from there, with `/` between; links are followed. */
export async function listFiles(who: string, root: string): Promise<readonly string[]> {
  const found: string[] = [];
  try {
    await walk(resolve(root), "", new Set(), found);
  } catch (cause) {
    const isMissing = cause instanceof Error && "code" in cause && cause.code === "ENOENT";
    throw new ContrastiveError({
      who,
      what: isMissing
        ? `there is no folder ${resolve(root)}`
        : `could not list ${resolve(root)}: ${String(cause)}`,
      fix: "Name the folder of the images as root",
      cause,
    });
  }
  return found;
}

async function walk(root: string, below: string, above: ReadonlySet<string>, found: string[]): Promise<void> {
  const folder = join(root, below);
  const real = await realpath(folder);
  // A link to what holds it.
  if (above.has(real)) return;
  const within = new Set(above).add(real);
  for (const entry of await readdir(folder, { withFileTypes: true })) {
    const path = below === "" ? entry.name : `${below}/${entry.name}`;
    if (entry.name.startsWith(".")) continue;
    const kind = entry.isSymbolicLink() ? await stat(join(root, path)).catch(() => entry) : entry;
    if (kind.isDirectory()) await walk(root, path, within, found);
    else found.push(path);
  }
}

export async function readList(
  who: string,
  list: string,
): Promise<{ readonly content: string; readonly folder: string }> {
  const path = resolve(list);
  try {
    return { content: await readFile(path, "utf8"), folder: dirname(path) };
  } catch (cause) {
    throw new ContrastiveError({ who, what: `could not read ${path}: ${String(cause)}`, cause });
  }
}

/** Opens files that are decoded as they are read, and kept decoded where there is a cache. */
export async function openFiles(files: FilesOfSplit): Promise<OpenDataset> {
  const { who, root, samples, classes, size, fit, maxPixels, onError, onSkip } = files;
  const paths = samples.map(({ path }) => resolve(root, path));
  const cache =
    files.cache === undefined ? undefined : await openPixelCache({ ...files, folder: files.cache, paths });
  const decoder = createDecoder({ who, size, fit, maxPixels });
  return openImages({
    who,
    samples,
    classes,
    onError,
    onSkip(skipped) {
      cache?.leaveOut();
      onSkip(skipped);
    },
    async load(index, signal) {
      const kept = await cache?.read(index);
      if (kept !== undefined) return kept;
      const image = await decoder.decode(paths[index], signal);
      await cache?.write(index, image);
      return image;
    },
    async close() {
      decoder.close();
      await cache?.close();
    },
  });
}
