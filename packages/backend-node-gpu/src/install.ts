import { conv2d, conv2dBackpropFilter, conv2dBackpropInput } from "./kernels/convolution.js";
import {
  depthwiseConv2d,
  depthwiseConv2dBackpropFilter,
  depthwiseConv2dBackpropInput,
} from "./kernels/depthwise-convolution.js";
import { batchNormTraining, batchNormTrainingGrad } from "./kernels/batch-norm-training.js";
import { imageProgram } from "./kernels/image-program.js";
import type { Kernel } from "./kernels/kernel.js";
import { adamUpdate, sgdUpdate } from "./kernels/optimizer-updates.js";
import { softmaxCrossEntropy } from "./kernels/softmax-cross-entropy.js";
import { avgPool, avgPoolGrad, maxPool, maxPoolGrad } from "./kernels/pooling.js";

const kernels: readonly Kernel[] = [
  adamUpdate,
  avgPool,
  avgPoolGrad,
  batchNormTraining,
  batchNormTrainingGrad,
  conv2d,
  conv2dBackpropFilter,
  conv2dBackpropInput,
  depthwiseConv2d,
  depthwiseConv2dBackpropFilter,
  depthwiseConv2dBackpropInput,
  imageProgram,
  maxPool,
  maxPoolGrad,
  sgdUpdate,
  softmaxCrossEntropy,
];

let installed = false;

/** Registers the kernels that tfjs-node lacks, or has slow or wrong; a second call does nothing. */
export function installKernels(): void {
  if (installed) return;
  for (const kernel of kernels) kernel.register();
  installed = true;
}
