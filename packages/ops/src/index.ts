export { averageUpdate, type AverageUpdateAttributes } from "./average-update.js";
export {
  adamCorrections,
  adamUpdate,
  type AdamUpdateAttributes,
  type AdamUpdateOptions,
} from "./adam-update.js";
export {
  batchNormInference,
  batchNormTraining,
  type BatchNormAttributes,
  type BatchNormInferenceInputs,
  type BatchNormOptions,
  type BatchNormTrainingAttributes,
  type BatchNormTrainingGradInputs,
  type BatchNormTrainingInputs,
  type RunningStatistics,
} from "./batch-norm.js";
export {
  type ContrastiveLossAttributes,
  type ContrastiveLossInputs,
  type ContrastiveLossKernelAttributes,
  type ContrastiveLossOutputs,
  type ContrastiveLossStatistics,
  contrastiveLoss,
} from "./contrastive-loss.js";
export { type ContrastStatistics, contrastStatistics } from "./contrast-statistics.js";
export { type AnchorViews, contrastViews, repeatRows, viewsAsInputs } from "./contrast-views.js";
export { copy } from "./copy.js";
export { enqueue } from "./enqueue.js";
export { gelu, type GeluAttributes } from "./gelu.js";
export { installGradients } from "./gradients.js";
export {
  applyImagePrograms,
  type ChannelScaling,
  checkImageProgram,
  type CompiledImageBatch,
  compiledImageBatches,
  decodeImagePrograms,
  type EncodedImagePrograms,
  encodeImagePrograms,
  type ImageBytes,
  type ImageProgram,
  type ImageProgramAttributes,
  imageProgramAttributes,
  type ImageProgramOptions,
  imageProgramReference,
  type ImageShape,
  type ImageStep,
  normalizeInPlace,
  runImageProgram,
  runImagePrograms,
  stepCodes,
  stepSize,
  stepWords,
  type BendStep,
  type WarpStep,
} from "./image-program/index.js";
export { l2Normalize, l2NormalizeViews } from "./l2-normalize.js";
export { larsUpdate, type LarsUpdateAttributes, type LarsUpdateOptions } from "./lars-update.js";
export {
  layerNorm,
  type LayerNormAttributes,
  type LayerNormGradInputs,
  type LayerNormInputs,
} from "./layer-norm.js";
export { logSumExpProducts } from "./log-sum-exp-products.js";
export {
  initLossScale,
  type LossScale,
  lossScaling,
  unscaleGradients,
  type UnscaleGradientsAttributes,
} from "./loss-scale.js";
export { mixImages, type Mixture } from "./mixture.js";
export { defineOp, type Inputs, type OpDefinition } from "./op.js";
export { liftedPairs, type LiftedPairsAttributes } from "./lifted-pairs.js";
export {
  pairSums,
  type PairSumsAttributes,
  type PairSumsOutputs,
  type PairSumsStatistics,
  type PairTerm,
} from "./pair-sums.js";
export type { PairSimilarity } from "./pairs/similarity.js";
export type { PairTileAttributes, PairTileInputs } from "./pair-sums/tile.js";
export { decayed, sgdUpdate, type SgdUpdateAttributes, type SgdUpdateOptions } from "./sgd-update.js";
export { logSoftmax, type SoftmaxGradInputs } from "./softmax.js";
export { softmaxCrossEntropy, type SoftmaxCrossEntropyInputs } from "./softmax-cross-entropy.js";
export { createReplayer, type Recorder, type Recording, registerRecorder, type Replayer } from "./replay.js";
export { stopGradient } from "./stop-gradient.js";
export { takeIf, type TakeIfAttributes } from "./take-if.js";
export type { NamedTensors } from "./tensor-lists.js";
export { tripletSums, type TripletSumsAttributes, type TripletSumsOutputs } from "./triplet-sums.js";
export type { TripletTileAttributes } from "./triplet-sums/tile.js";
export { valueAuxAndGrads, type ValueAuxAndGrads } from "./value-aux-and-grads.js";
