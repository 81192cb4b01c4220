import { ContrastiveError } from "@contrastive/core";
import { type FilesRequest, missing, type ReadFile } from "./request.js";

/** Fetches the files from below `root`, a URL; in a browser it may be relative to the page. */
export async function readFiles(request: FilesRequest): Promise<readonly ReadFile[]> {
  const { who, root, folder, names, download } = request;
  if (download !== undefined) {
    throw new ContrastiveError({
      who,
      what: "download: true needs a folder to download into, which only Node has",
      got: root,
      fix: "Serve the files, and give their URL as root",
    });
  }
  const base = root.replace(/\/+$/, "");
  const folders = folder === "" ? [base] : [`${base}/${folder}`, base];
  for (const at of folders) {
    const first = await getFirst(who, at, names[0]);
    if (first === undefined) continue;
    const others = await Promise.all(names.slice(1).map((these) => getFirst(who, at, these)));
    const files = [first, ...others];
    const absent = files.indexOf(undefined);
    if (absent === -1) return files.filter((file) => file !== undefined);
    throw missing(request, `there is no ${at}/${names[absent][0]}`, "serve them all");
  }
  throw missing(
    request,
    `there is no ${names[0][0]} at ${folders.toReversed().join(" or ")}`,
    "serve them there",
  );
}

async function getFirst(
  who: string,
  folder: string,
  names: readonly string[],
): Promise<ReadFile | undefined> {
  for (const name of names) {
    const file = await get(who, `${folder}/${name}`);
    if (file !== undefined) return file;
  }
  return undefined;
}

/** Undefined where there is no such file. */
async function get(who: string, url: string): Promise<ReadFile | undefined> {
  try {
    const response = await fetch(url);
    // A server for one-page apps answers any path with its page.
    const isPage = response.headers.get("content-type")?.startsWith("text/html") ?? false;
    if (response.status === 404 || (response.ok && isPage)) {
      await response.body?.cancel();
      return undefined;
    }
    if (!response.ok) throw new Error(`the server answered ${response.status} ${response.statusText}`.trim());
    return { path: url, bytes: new Uint8Array(await response.arrayBuffer()) };
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause);
    throw new ContrastiveError({ who, what: `could not fetch ${url}: ${why}`, cause });
  }
}
