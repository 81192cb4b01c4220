import type { RandomAccess } from "@contrastive/data/files";
import type { ImageInput } from "@contrastive/data-image-folder/decoding";
import type { IndexedSample } from "./shard-index.js";

export { cachedIndex } from "./index-cache.node.js";

/** What the decoder is given: of a file on disk where it is, so that the thread which decodes also reads. */
export async function imageInput(
  file: RandomAccess,
  { file: name, offset, length }: IndexedSample,
  signal?: AbortSignal,
): Promise<ImageInput> {
  if (!/^https?:/i.test(file.path)) return { path: file.path, offset, length };
  return { name, bytes: await file.read(offset, length, signal) };
}
