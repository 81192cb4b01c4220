import type { Kernel } from "../kernels/kernel.js";
import { adamUpdate } from "./kernels/adam-update.js";
import { add, addN } from "./kernels/add.js";
import { avgPoolGrad } from "./kernels/avg-pool-grad.js";
import { batchMatMul } from "./kernels/batch-mat-mul.js";
import { batchNormInference } from "./kernels/batch-norm-inference.js";
import { batchNormTrainingGrad } from "./kernels/batch-norm-training-grad.js";
import { batchNormTraining } from "./kernels/batch-norm-training.js";
import { concat, pack } from "./kernels/concat.js";
import { contrastiveLossGrad } from "./kernels/contrastive-loss-grad.js";
import { contrastiveLoss } from "./kernels/contrastive-loss.js";
import { conv2dBackpropFilter } from "./kernels/conv2d-backprop-filter.js";
import { conv2dBackpropInput } from "./kernels/conv2d-backprop-input.js";
import { conv2d } from "./kernels/conv2d.js";
import { depthwiseConv2dBackpropFilter } from "./kernels/depthwise-conv2d-backprop-filter.js";
import { depthwiseConv2dBackpropInput } from "./kernels/depthwise-conv2d-backprop-input.js";
import { depthwiseConv2d } from "./kernels/depthwise-conv2d.js";
import { exp } from "./kernels/exp.js";
import { maximum, minimum } from "./kernels/extremum.js";
import { fusedMatMul } from "./kernels/fused-mat-mul.js";
import { gather } from "./kernels/gather.js";
import { gelu, geluGrad } from "./kernels/gelu.js";
import { imageProgram } from "./kernels/image-program.js";
import { l2Normalize, l2NormalizeGrad } from "./kernels/l2-normalize.js";
import { larsUpdate } from "./kernels/lars-update.js";
import { layerNormGrad } from "./kernels/layer-norm-grad.js";
import { layerNorm } from "./kernels/layer-norm.js";
import { linearCombination } from "./kernels/linear-combination.js";
import { maxPoolGrad } from "./kernels/max-pool-grad.js";
import { mirrorPad, pad } from "./kernels/pad.js";
import { pairSumsOfTile, pairSumsOfTileGrad } from "./kernels/pair-sums.js";
import { avgPool, maxPool } from "./kernels/pool.js";
import { max, sum } from "./kernels/reductions.js";
import { reverse } from "./kernels/reverse.js";
import { sgdUpdate } from "./kernels/sgd-update.js";
import { slice } from "./kernels/slice.js";
import { logSoftmax, logSoftmaxGrad, softmax, softmaxGrad } from "./kernels/softmax.js";
import { tile } from "./kernels/tile.js";
import { transpose } from "./kernels/transpose.js";
import { tripletSumsOfTile, tripletSumsOfTileGrad } from "./kernels/triplet-sums.js";
import { unsortedSegmentSum } from "./kernels/unsorted-segment-sum.js";

/** Kernels that compiled code makes fast. */
const kernels: readonly Kernel[] = [
  adamUpdate,
  add,
  addN,
  avgPool,
  avgPoolGrad,
  batchMatMul,
  batchNormInference,
  batchNormTraining,
  batchNormTrainingGrad,
  concat,
  contrastiveLoss,
  contrastiveLossGrad,
  conv2d,
  conv2dBackpropFilter,
  conv2dBackpropInput,
  depthwiseConv2d,
  depthwiseConv2dBackpropFilter,
  depthwiseConv2dBackpropInput,
  exp,
  fusedMatMul,
  gather,
  gelu,
  geluGrad,
  imageProgram,
  l2Normalize,
  l2NormalizeGrad,
  larsUpdate,
  layerNorm,
  layerNormGrad,
  linearCombination,
  logSoftmax,
  logSoftmaxGrad,
  max,
  maxPool,
  maxPoolGrad,
  maximum,
  minimum,
  mirrorPad,
  pack,
  pad,
  pairSumsOfTile,
  pairSumsOfTileGrad,
  reverse,
  sgdUpdate,
  slice,
  softmax,
  softmaxGrad,
  sum,
  tile,
  transpose,
  tripletSumsOfTile,
  tripletSumsOfTileGrad,
  unsortedSegmentSum,
];

let installed = false;

/** Registers them in front of whatever stands under their names; a second call does nothing. */
export function installFastKernels(): void {
  if (installed) return;
  for (const kernel of kernels) kernel.register();
  installed = true;
}
