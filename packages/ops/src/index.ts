export {
  batchNormInference,
  batchNormTraining,
  type BatchNormAttributes,
  type BatchNormInferenceInputs,
  type BatchNormOptions,
  type BatchNormTrainingGradInputs,
  type BatchNormTrainingInputs,
} from "./batch-norm.js";
export {
  type ContrastiveLossAttributes,
  type ContrastiveLossInputs,
  type ContrastiveLossKernelAttributes,
  type ContrastiveLossOutputs,
  type ContrastiveLossStatistics,
  contrastiveLoss,
} from "./contrastive-loss.js";
export { contrastViews } from "./contrast-views.js";
export { copy } from "./copy.js";
export { installGradients } from "./gradients.js";
export {
  applyImagePrograms,
  decodeImagePrograms,
  encodeImagePrograms,
  type EncodedImagePrograms,
  type ImageBytes,
  type ImageProgram,
  type ImageProgramAttributes,
  type ImageShape,
  type ImageStep,
  runImageProgram,
  stepCodes,
} from "./image-program/index.js";
export { l2Normalize } from "./l2-normalize.js";
export { defineOp, type Inputs, type OpDefinition } from "./op.js";
export { valueAuxAndGrads, type ValueAuxAndGrads } from "./value-aux-and-grads.js";
