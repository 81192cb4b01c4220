import { ContrastiveError, type OpenDataset } from "@contrastive/core";
import { decodeBitmap } from "./decode-bitmap.js";
import type { Decoder } from "./decoder.js";
import type { FilesOfSplit } from "./files-of-split.js";
import { limitTo } from "./limit-to.js";
import type { Decoding } from "./options.js";

/** What a page has in the place of a disk: nothing. */
export async function listFiles(who: string, root: string): Promise<readonly string[]> {
  throw noFolders(who, root);
}

export async function readList(
  who: string,
  list: string,
): Promise<{ readonly content: string; readonly folder: string }> {
  throw noFolders(who, list);
}

export async function openFiles({ who, root }: FilesOfSplit): Promise<OpenDataset> {
  throw noFolders(who, root);
}

/** Each decoded image takes its full size until it is scaled. */
const most = 4;

/** Decodes images of which the bytes are there, by the browser. */
export function createDecoder({ who, ...decoding }: Required<Decoding> & { readonly who: string }): Decoder {
  const limited = limitTo(most);
  let closed = false;
  return {
    decode: (input, signal) =>
      limited(async () => {
        signal?.throwIfAborted();
        if (closed) {
          const what = "it was closed while images were read";
          throw new ContrastiveError({ who, what, fix: "Open it again" });
        }
        if (typeof input === "string" || !("bytes" in input)) throw noFolders(who, String(input));
        return decodeBitmap(new Blob([input.bytes]), decoding);
      }),
    close: () => void (closed = true),
  };
}

function noFolders(who: string, path: string): ContrastiveError {
  return new ContrastiveError({
    who,
    what: "a page can't read folders by their path",
    got: path,
    fix: "Let the visitor choose one, and take imageFiles({ files })",
  });
}
