import * as tf from "@tensorflow/tfjs-core";
import { adamUpdates } from "./kernels/adam-update.js";
import { averageUpdate } from "./kernels/average-update.js";
import { add } from "./kernels/add.js";
import { avgPoolGrad, maxPool, maxPoolGrad } from "./kernels/pool.js";
import { batchMatMul } from "./kernels/batch-mat-mul.js";
import { batchNormInference } from "./kernels/batch-norm-inference.js";
import { batchNormTraining } from "./kernels/batch-norm-training.js";
import { batchNormTrainingGrad } from "./kernels/batch-norm-training-grad.js";
import { contrastiveLoss } from "./kernels/contrastive-loss.js";
import { contrastiveLossGrad } from "./kernels/contrastive-loss-grad.js";
import { conv2d } from "./kernels/conv2d.js";
import { conv2dBackpropFilter } from "./kernels/conv2d-backprop-filter.js";
import { conv2dBackpropInput, conv2dBackpropInputAdd } from "./kernels/conv2d-backprop-input.js";
import { depthwiseFilterGrad, depthwiseInputGrad } from "./kernels/depthwise-grad.js";
import { fusedConv2d } from "./kernels/fused-conv2d.js";
import { fusedMatMul } from "./kernels/fused-mat-mul.js";
import { gelu, geluGrad } from "./kernels/gelu.js";
import { imageProgram } from "./kernels/image-program.js";
import { l2Normalize, l2NormalizeGrad } from "./kernels/l2-normalize.js";
import { larsUpdates } from "./kernels/lars-update.js";
import { layerNorm } from "./kernels/layer-norm.js";
import { layerNormGrad } from "./kernels/layer-norm-grad.js";
import { logSoftmax, logSoftmaxGrad, softmax, softmaxGrad } from "./kernels/softmax.js";
import { range } from "./kernels/range.js";
import { sgdUpdates } from "./kernels/sgd-update.js";
import { takeIf } from "./kernels/take-if.js";
import { unscaleGradients } from "./kernels/unscale-gradients.js";
import type { Kernel } from "./kernels/kernel.js";
import type { Runner } from "./runner/runner.js";

const kernels: readonly Kernel[] = [
  ...adamUpdates,
  add,
  averageUpdate,
  avgPoolGrad,
  batchMatMul,
  batchNormInference,
  batchNormTraining,
  batchNormTrainingGrad,
  contrastiveLoss,
  contrastiveLossGrad,
  conv2d,
  conv2dBackpropFilter,
  conv2dBackpropInput,
  conv2dBackpropInputAdd,
  depthwiseFilterGrad,
  depthwiseInputGrad,
  fusedConv2d,
  fusedMatMul,
  gelu,
  geluGrad,
  imageProgram,
  l2Normalize,
  l2NormalizeGrad,
  ...larsUpdates,
  layerNorm,
  layerNormGrad,
  logSoftmax,
  logSoftmaxGrad,
  maxPool,
  maxPoolGrad,
  range,
  ...sgdUpdates,
  softmax,
  softmaxGrad,
  takeIf,
  unscaleGradients,
];

/** Registers the kernels that stock tfjs lacks on WebGPU, or has slow or wrong. */
export function installKernels(runner: Runner): void {
  for (const { name, create } of kernels) {
    // tfjs types it as always there.
    const stock = tf.getKernel(name, "webgpu") as tf.KernelConfig | undefined;
    if (stock !== undefined) tf.unregisterKernel(name, "webgpu");
    tf.registerKernel({ kernelName: name, backendName: "webgpu", kernelFunc: create(runner, stock) });
  }
}
