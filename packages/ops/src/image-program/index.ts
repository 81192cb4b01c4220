export { applyImagePrograms, type ImageProgramAttributes, imageProgramReference } from "./apply.js";
export { checkImageProgram } from "./check.js";
export {
  decodeImagePrograms,
  encodeImagePrograms,
  stepCodes,
  stepSize,
  type EncodedImagePrograms,
} from "./encode.js";
export type { ImageBytes, ImageProgram, ImageShape, ImageStep } from "./format.js";
export { type ChannelScaling, normalizeInPlace } from "./normalize.js";
export { runImageProgram } from "./run.js";
