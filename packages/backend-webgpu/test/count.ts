import * as tf from "@tensorflow/tfjs-core";

/** What tfjs's backend and its passes have that this counts by. */
interface Counted {
  readonly device: GPUDevice;
  uploadToGPU(id: object): void;
  readonly tensorMap: { get(id: object): { resource?: GPUBuffer | null; values?: ArrayLike<number> } };
}

/** How many dispatches `run` records: tfjs's own and ours. */
export function countDispatches<T>(run: () => T): { readonly result: T; readonly count: number } {
  const prototype = GPUComputePassEncoder.prototype;
  const original = prototype.dispatchWorkgroups;
  let count = 0;
  prototype.dispatchWorkgroups = function (...grid) {
    count++;
    return original.apply(this, grid);
  };
  try {
    return { result: run(), count };
  } finally {
    prototype.dispatchWorkgroups = original;
  }
}
