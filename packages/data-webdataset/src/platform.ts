import { ContrastiveError } from "@contrastive/core";
import type { RandomAccess } from "@contrastive/data/files";
import type { ImageInput } from "@contrastive/data-image-folder/decoding";
import type { IndexedSample, MemberChoice } from "./shard-index.js";

/** A page has no folder: the index is made at each opening. */
export async function cachedIndex(
  folder: string | undefined,
  _file: RandomAccess,
  _choice: MemberChoice,
  make: () => Promise<readonly IndexedSample[]>,
): Promise<readonly IndexedSample[]> {
  if (folder === undefined) return make();
  throw new ContrastiveError({
    who: 'dataset "web-dataset"',
    what: "a page has no folder for a cache",
    got: folder,
    fix: "Leave out the option cache",
  });
}

export async function imageInput(
  file: RandomAccess,
  { file: name, offset, length }: IndexedSample,
  signal?: AbortSignal,
): Promise<ImageInput> {
  return { name, bytes: await file.read(offset, length, signal) };
}
