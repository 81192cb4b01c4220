export {
  applyImagePrograms,
  type ImageProgramAttributes,
  imageProgramAttributes,
  type ImageProgramOptions,
  imageProgramReference,
  runImagePrograms,
} from "./apply.js";
export { type CompiledImageBatch, compiledImageBatches } from "./batches.js";
export { checkImageProgram } from "./check.js";
export {
  decodeImagePrograms,
  encodeImagePrograms,
  stepCodes,
  stepSize,
  stepWords,
  type EncodedImagePrograms,
} from "./encode.js";
export type { BendStep, ImageBytes, ImageProgram, ImageShape, ImageStep, WarpStep } from "./format.js";
export { type ChannelScaling, normalizeInPlace } from "./normalize.js";
export { runImageProgram } from "./run.js";
