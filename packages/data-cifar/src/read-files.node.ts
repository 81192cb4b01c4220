import { readFile, stat } from "node:fs/promises";
import { join, resolve } from "node:path";
import { ContrastiveError } from "@contrastive/core";
import { download } from "./download.node.js";
import { readFiles as fetchFiles } from "./read-files.js";
import { missing, type ReadFile, type ReadRequest } from "./read-request.js";

/** Reads the files from the folder `root`, or from the archive's folder in it; downloads them if it may and must. */
export async function readFiles(request: ReadRequest): Promise<readonly ReadFile[]> {
  if (/^https?:/.test(request.root)) return fetchFiles(request);
  let found = await find(request);
  if ("absent" in found && request.download) {
    await download(request);
    found = await find(request);
  }
  if ("absent" in found) {
    throw missing(request, `there is no ${found.absent}`, "unpack it there, or set download: true");
  }
  const { folder } = found;
  return Promise.all(request.names.map((name) => read(request.who, join(folder, name))));
}

/** The folder that holds all files, or what is absent, told of the folder that holds some. */
async function find({
  root,
  names,
  archive,
}: ReadRequest): Promise<{ readonly folder: string } | { readonly absent: string }> {
  const candidates = [resolve(root, archive.folder), resolve(root)];
  let absent = join(candidates[0], names[0]);
  for (const folder of candidates) {
    const there = await Promise.all(names.map((name) => isFile(join(folder, name))));
    if (there.every(Boolean)) return { folder };
    if (there.some(Boolean)) absent = join(folder, names[there.indexOf(false)]);
  }
  return { absent };
}

async function isFile(path: string): Promise<boolean> {
  try {
    return (await stat(path)).isFile();
  } catch {
    return false;
  }
}

async function read(who: string, path: string): Promise<ReadFile> {
  try {
    return { path, bytes: await readFile(path) };
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause);
    throw new ContrastiveError({ who, what: `could not read ${path}: ${why}`, cause });
  }
}
