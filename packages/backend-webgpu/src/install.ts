import * as tf from "@tensorflow/tfjs-core";
import { batchMatMul } from "./kernels/batch-mat-mul.js";
import { conv2dBackpropFilter } from "./kernels/conv2d-backprop-filter.js";
import { conv2dBackpropInput } from "./kernels/conv2d-backprop-input.js";
import { conv2d } from "./kernels/conv2d.js";
import { fusedConv2d } from "./kernels/fused-conv2d.js";
import { fusedMatMul } from "./kernels/fused-mat-mul.js";
import type { Kernel } from "./kernels/kernel.js";
import type { Runner } from "./runner/runner.js";

const kernels: readonly Kernel[] = [
  batchMatMul,
  conv2d,
  conv2dBackpropFilter,
  conv2dBackpropInput,
  fusedConv2d,
  fusedMatMul,
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
