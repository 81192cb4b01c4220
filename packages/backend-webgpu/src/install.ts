import * as tf from "@tensorflow/tfjs-core";
import { batchNormInference } from "./kernels/batch-norm-inference.js";
import { batchNormTrainingGrad } from "./kernels/batch-norm-training-grad.js";
import { batchNormTraining } from "./kernels/batch-norm-training.js";
import { depthwiseFilterGrad, depthwiseInputGrad } from "./kernels/depthwise-grad.js";
import { gelu, geluGrad } from "./kernels/gelu.js";
import type { Kernel } from "./kernels/kernel.js";
import { l2Normalize, l2NormalizeGrad } from "./kernels/l2-normalize.js";
import { layerNormGrad } from "./kernels/layer-norm-grad.js";
import { layerNorm } from "./kernels/layer-norm.js";
import { avgPoolGrad, maxPoolGrad } from "./kernels/pool-grad.js";
import { range } from "./kernels/range.js";
import { logSoftmax, logSoftmaxGrad, softmax, softmaxGrad } from "./kernels/softmax.js";
import type { Runner } from "./runner/runner.js";

const kernels: readonly Kernel[] = [
  avgPoolGrad,
  batchNormInference,
  batchNormTraining,
  batchNormTrainingGrad,
  depthwiseFilterGrad,
  depthwiseInputGrad,
  gelu,
  geluGrad,
  l2Normalize,
  l2NormalizeGrad,
  layerNorm,
  layerNormGrad,
  logSoftmax,
  logSoftmaxGrad,
  maxPoolGrad,
  range,
  softmax,
  softmaxGrad,
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
