import type { Kernel } from "../kernels/kernel.js";
import { adamUpdate } from "./kernels/adam-update.js";
import { add, addN } from "./kernels/add.js";
import { batchMatMul } from "./kernels/batch-mat-mul.js";
import { batchNormTrainingGrad } from "./kernels/batch-norm-training-grad.js";
import { batchNormTraining } from "./kernels/batch-norm-training.js";
import { conv2dBackpropFilter } from "./kernels/conv2d-backprop-filter.js";
import { conv2dBackpropInput } from "./kernels/conv2d-backprop-input.js";
import { conv2d } from "./kernels/conv2d.js";
import { exp } from "./kernels/exp.js";
import { maximum, minimum } from "./kernels/extremum.js";
import { fusedMatMul } from "./kernels/fused-mat-mul.js";
import { gelu, geluGrad } from "./kernels/gelu.js";
import { larsUpdate } from "./kernels/lars-update.js";
import { layerNormGrad } from "./kernels/layer-norm-grad.js";
import { layerNorm } from "./kernels/layer-norm.js";
import { linearCombination } from "./kernels/linear-combination.js";
import { max, sum } from "./kernels/reductions.js";
import { sgdUpdate } from "./kernels/sgd-update.js";
import { logSoftmax, logSoftmaxGrad, softmax, softmaxGrad } from "./kernels/softmax.js";

/** Kernels that compiled code makes fast. */
const kernels: readonly Kernel[] = [
  adamUpdate,
  add,
  addN,
  batchMatMul,
  batchNormTraining,
  batchNormTrainingGrad,
  conv2d,
  conv2dBackpropFilter,
  conv2dBackpropInput,
  exp,
  fusedMatMul,
  gelu,
  geluGrad,
  larsUpdate,
  layerNorm,
  layerNormGrad,
  linearCombination,
  logSoftmax,
  logSoftmaxGrad,
  max,
  maximum,
  minimum,
  sgdUpdate,
  softmax,
  softmaxGrad,
  sum,
];

let installed = false;

/** Registers them in front of whatever stands under their names; a second call does nothing. */
export function installFastKernels(): void {
  if (installed) return;
  for (const kernel of kernels) kernel.register();
  installed = true;
}
