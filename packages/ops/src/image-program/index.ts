export { applyImagePrograms, type ImageProgramAttributes } from "./apply.js";
export { decodeImagePrograms, encodeImagePrograms, stepCodes, type EncodedImagePrograms } from "./encode.js";
export type { ImageBytes, ImageProgram, ImageShape, ImageStep } from "./format.js";
export { runImageProgram } from "./run.js";
