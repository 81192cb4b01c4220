import type { Kernel } from "../kernels/kernel.js";
import { add, addN } from "./kernels/add.js";
import { batchMatMul } from "./kernels/batch-mat-mul.js";
import { batchNormTrainingGrad } from "./kernels/batch-norm-training-grad.js";
import { batchNormTraining } from "./kernels/batch-norm-training.js";
import { contrastiveLossGrad } from "./kernels/contrastive-loss-grad.js";
import { contrastiveLoss } from "./kernels/contrastive-loss.js";
import { conv2dBackpropFilter } from "./kernels/conv2d-backprop-filter.js";
import { conv2dBackpropInput } from "./kernels/conv2d-backprop-input.js";
import { conv2d } from "./kernels/conv2d.js";
import { l2Normalize, l2NormalizeGrad } from "./kernels/l2-normalize.js";
import { linearCombination } from "./kernels/linear-combination.js";

/** Kernels that compiled code makes fast. */
const kernels: readonly Kernel[] = [
  add,
  addN,
  batchMatMul,
  batchNormTraining,
  batchNormTrainingGrad,
  contrastiveLoss,
  contrastiveLossGrad,
  conv2d,
  conv2dBackpropFilter,
  conv2dBackpropInput,
  l2Normalize,
  l2NormalizeGrad,
  linearCombination,
];

let installed = false;

/** Registers them in front of whatever stands under their names; a second call does nothing. */
export function installFastKernels(): void {
  if (installed) return;
  for (const kernel of kernels) kernel.register();
  installed = true;
}
