import type { RawImage } from "@contrastive/core";
import type { ImageInput } from "./image-input.js";

export interface Decoder {
  /** Throws `UnreadableImage` for an image at fault, and the signal's reason at once when aborted. */
  decode(input: ImageInput, signal?: AbortSignal): Promise<RawImage>;
  /** What is asked for and not there yet is rejected. */
  close(): void;
}
