import { ContrastiveError } from "@contrastive/core";
import type { ReadFile } from "@contrastive/data/files";

/** The file without its gzip, if it has any: a server may have taken it off on the way, whatever the name says. */
export async function unpacked(who: string, file: ReadFile): Promise<ReadFile> {
  const { path, bytes } = file;
  if (bytes[0] !== 0x1f || bytes[1] !== 0x8b) {
    // An IDX file begins with two zeros.
    if (!path.endsWith(".gz") || (bytes[0] === 0 && bytes[1] === 0)) return file;
    throw new ContrastiveError({
      who,
      what: `${path} is not gzip`,
      fix: "It is damaged, or a page that a server sent in its place: delete it, and download it again",
    });
  }
  try {
    const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("gzip"));
    return { path, bytes: new Uint8Array(await new Response(stream).arrayBuffer()) };
  } catch (cause) {
    throw new ContrastiveError({
      who,
      what: `${path} can't be unpacked, after ${bytes.length} bytes: ${reason(cause)}`,
      fix: "It is cut short or damaged: delete it, and download it again",
      cause,
    });
  }
}

function reason(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return error.cause instanceof Error ? error.cause.message : error.message;
}
