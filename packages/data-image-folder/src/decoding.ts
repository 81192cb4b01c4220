/** For datasets that find the bytes of images elsewhere: how they are decoded, with the options that all share. */
export { createDecoder } from "#platform";
export type { Decoder } from "./decoder.js";
export type { FilePart, ImageInput, NamedBytes } from "./image-input.js";
export { arrange, type Arrangement, type LabelledSample } from "./arrange.js";
export { limitTo } from "./limit-to.js";
export { type ImageSource, openImages, UnreadableImage } from "./open-images.js";
export {
  type Decoding,
  type ImageOptions,
  imageSchema,
  type SkippedImage,
  testFraction,
  warnOfSkipped,
} from "./options.js";
