import { ContrastiveError } from "@contrastive/core";
import { expandBraces } from "./expand-braces.js";

/** A file of which parts can be read. */
export interface RandomAccess {
  /** Its whole path, or its URL. */
  readonly path: string;
  readonly size: number;
  /** Another one once the file has changed: when it was written, or what the server says instead. Empty if that is not known. */
  readonly version: string;
  /** Throws if it ends before. */
  read(offset: number, length: number, signal?: AbortSignal): Promise<Uint8Array<ArrayBuffer>>;
}

/** URLs, in a page relative ones too, of which braces are expanded. */
export async function listPaths(_who: string, patterns: readonly string[]): Promise<readonly string[]> {
  return patterns.flatMap(expandBraces);
}

const attempts = 3;
const firstPause = 200;

/**
 * A file on a server that takes range requests.
 *
 * A request that fails by the network or the server's own fault is tried three times. Throws if there is no such file, and for a
 * server that takes no ranges.
 */
export async function openRandomAccess(
  who: string,
  url: string,
  signal?: AbortSignal,
): Promise<RandomAccess> {
  const first = await request(who, url, 0, 1, signal);
  await first.arrayBuffer();
  const size = Number(/\/(\d+)$/.exec(first.headers.get("content-range") ?? "")?.[1]);
  if (!Number.isInteger(size)) {
    throw new ContrastiveError({
      who,
      what: `the server of ${url} does not say how long it is`,
      fix: "It must send Content-Range, and where it is another than the page's, expose it (Access-Control-Expose-Headers)",
    });
  }
  return {
    path: url,
    size,
    version: first.headers.get("etag") ?? first.headers.get("last-modified") ?? "",
    async read(offset, length, signal) {
      if (length === 0) return new Uint8Array();
      const response = await request(who, url, offset, length, signal);
      const bytes = new Uint8Array(await response.arrayBuffer());
      if (bytes.length === length) return bytes;
      throw endsEarly(who, url, offset, length, bytes.length);
    },
  };
}

/** For a file that has fewer bytes than were asked for. */
export function endsEarly(
  who: string,
  path: string,
  offset: number,
  length: number,
  got: number,
): ContrastiveError {
  return new ContrastiveError({
    who,
    what: `${path} must have ${length} bytes from byte ${offset} on`,
    got,
    fix: "It is cut short, or has changed since it was opened",
  });
}

async function request(
  who: string,
  url: string,
  offset: number,
  length: number,
  signal?: AbortSignal,
): Promise<Response> {
  const headers = { range: `bytes=${offset}-${offset + length - 1}`, "accept-encoding": "identity" };
  for (let attempt = 1; ; attempt++) {
    let why: string;
    let cause: unknown;
    try {
      const response = await fetch(url, { headers, ...(signal && { signal }) });
      if (response.status === 206) return response;
      await response.body?.cancel();
      if (response.status === 200) {
        throw new ContrastiveError({
          who,
          what: `the server of ${url} takes no range requests`,
          fix: "Serve the file by one that does, or download it",
        });
      }
      why = `the server answered ${response.status} ${response.statusText}`.trim();
      if (response.status < 500 && response.status !== 429) attempt = attempts;
    } catch (error) {
      signal?.throwIfAborted();
      if (error instanceof ContrastiveError) throw error;
      why = String(error instanceof Error ? (error.cause ?? error) : error);
      cause = error;
    }
    if (attempt >= attempts)
      throw new ContrastiveError({ who, what: `could not fetch ${url}: ${why}`, cause });
    await new Promise((resolve) => setTimeout(resolve, firstPause * 4 ** (attempt - 1)));
  }
}
