import { ContrastiveError } from "@contrastive/core";
import { missing, type ReadFile, type ReadRequest } from "./read-request.js";

/** Fetches the files from below `root`, a URL; in a browser it may be relative to the page. */
export async function readFiles(request: ReadRequest): Promise<readonly ReadFile[]> {
  const { who, root, names, archive, download } = request;
  if (download) {
    throw new ContrastiveError({
      who,
      what: "download: true needs a folder to download into, which only Node has",
      got: root,
      fix: "Serve the unpacked files, and give their URL as root",
    });
  }
  const base = root.replace(/\/+$/, "");
  for (const folder of [`${base}/${archive.folder}`, base]) {
    const first = await get(who, `${folder}/${names[0]}`);
    if (first === undefined) continue;
    const others = await Promise.all(names.slice(1).map((name) => get(who, `${folder}/${name}`)));
    const files = [first, ...others];
    const absent = files.indexOf(undefined);
    if (absent === -1) return files.filter((file) => file !== undefined);
    throw missing(request, `there is no ${folder}/${names[absent]}`, "serve them all");
  }
  throw missing(
    request,
    `there is no ${names[0]} at ${base} or ${base}/${archive.folder}`,
    "serve them there, unpacked",
  );
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
