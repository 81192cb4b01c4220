import * as tf from "@tensorflow/tfjs-core";
import { adamUpdate } from "./kernels/adam-update.js";
import { contrastiveLoss } from "./kernels/contrastive-loss.js";
import { contrastiveLossGrad } from "./kernels/contrastive-loss-grad.js";
import type { Kernel } from "./kernels/kernel.js";
import { larsUpdate } from "./kernels/lars-update.js";
import { sgdUpdate } from "./kernels/sgd-update.js";
import type { Runner } from "./runner/runner.js";

const kernels: readonly Kernel[] = [adamUpdate, contrastiveLoss, contrastiveLossGrad, larsUpdate, sgdUpdate];

/** Registers the kernels that stock tfjs lacks on WebGPU, or has slow or wrong. */
export function installKernels(runner: Runner): void {
  for (const { name, create } of kernels) {
    // tfjs types it as always there.
    const stock = tf.getKernel(name, "webgpu") as tf.KernelConfig | undefined;
    if (stock !== undefined) tf.unregisterKernel(name, "webgpu");
    tf.registerKernel({ kernelName: name, backendName: "webgpu", kernelFunc: create(runner, stock) });
  }
}
