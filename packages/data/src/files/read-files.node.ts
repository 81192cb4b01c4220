import { readFile, stat } from "node:fs/promises";
import { join, resolve } from "node:path";
import { ContrastiveError } from "@contrastive/core";
import { download } from "./download.node.js";
import { readFiles as fetchFiles } from "./read-files.js";
import { type FilesRequest, missing, type ReadFile } from "./request.js";

/** Reads the files from the folder `root`, or from `folder` in it; downloads them if it may and must. */
export async function readFiles(request: FilesRequest): Promise<readonly ReadFile[]> {
  if (/^https?:/.test(request.root)) return fetchFiles(request);
  let found = await find(request);
  if ("absent" in found && request.download !== undefined) {
    await download({ ...request, source: request.download });
    found = await find(request);
  }
  if ("absent" in found) {
    const or = request.downloadable ? ", or set download: true" : "";
    throw missing(request, `there is no ${found.absent}`, `put them there${or}`);
  }
  return Promise.all(found.paths.map((path) => read(request.who, path)));
}

/** The paths of all files, or what is absent, told of the folder that holds some. */
async function find({
  root,
  folder,
  names,
}: FilesRequest): Promise<{ readonly paths: readonly string[] } | { readonly absent: string }> {
  let absent = join(resolve(root, folder), names[0][0]);
  for (const candidate of new Set([resolve(root, folder), resolve(root)])) {
    const paths = await Promise.all(names.map((these) => firstFile(candidate, these)));
    const there = paths.filter((path) => path !== undefined);
    if (there.length === names.length) return { paths: there };
    if (there.length > 0) absent = join(candidate, names[paths.indexOf(undefined)][0]);
  }
  return { absent };
}

async function firstFile(folder: string, names: readonly string[]): Promise<string | undefined> {
  for (const name of names) {
    const path = join(folder, name);
    if (await isFile(path)) return path;
  }
  return undefined;
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
