import { batchMatMul } from "./kernels/batch-mat-mul.js";
import { cast } from "./kernels/cast.js";
import { conv2dBackpropFilter } from "./kernels/conv2d-backprop-filter.js";
import { conv2dBackpropInput } from "./kernels/conv2d-backprop-input.js";
import { depthwiseConv2dBackpropFilter } from "./kernels/depthwise-conv2d-backprop-filter.js";
import { depthwiseConv2dBackpropInput } from "./kernels/depthwise-conv2d-backprop-input.js";
import { einsum } from "./kernels/einsum.js";
import { identity } from "./kernels/identity.js";
import type { Kernel } from "./kernels/kernel.js";
import { maxPoolGrad } from "./kernels/max-pool-grad.js";
import { mean } from "./kernels/mean.js";
import { onCpu } from "./kernels/on-cpu.js";
import { slice } from "./kernels/slice.js";
import { splitV } from "./kernels/split-v.js";
import { sum } from "./kernels/sum.js";
import { tile } from "./kernels/tile.js";
import { unpack } from "./kernels/unpack.js";
import { unsortedSegmentSum } from "./kernels/unsorted-segment-sum.js";

const kernels: readonly Kernel[] = [
  batchMatMul,
  cast,
  conv2dBackpropFilter,
  conv2dBackpropInput,
  depthwiseConv2dBackpropFilter,
  depthwiseConv2dBackpropInput,
  einsum,
  identity,
  maxPoolGrad,
  mean,
  ...onCpu,
  slice,
  splitV,
  sum,
  tile,
  unpack,
  unsortedSegmentSum,
];

let installed = false;

/** Registers the kernels that stock tfjs lacks on WASM, or has slow or wrong; a second call does nothing. */
export function installKernels(): void {
  if (installed) return;
  for (const kernel of kernels) kernel.register();
  installed = true;
}
