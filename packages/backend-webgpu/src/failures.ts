import { ContrastiveError } from "@contrastive/core";

/** WebGPU reports errors beside the program, not in it: this keeps the first one, and throws it where one asks. */
export interface Failures {
  throwIfFailed(): void;
}

export function watch(device: GPUDevice): Failures {
  let failure: ContrastiveError | undefined;
  device.addEventListener("uncapturederror", (event) => {
    const { error } = event as GPUUncapturedErrorEvent;
    const isMemory = error.constructor.name === "GPUOutOfMemoryError";
    failure ??= new ContrastiveError({
      who: 'backend "webgpu"',
      what: isMemory ? `out of GPU memory: ${error.message}` : error.message,
      fix: isMemory
        ? 'Set a smaller "chunkSize" or "batchSize"'
        : "This is a fault of a kernel: please report it",
    });
  });
  void device.lost.then(({ reason, message }) => {
    // The program destroys it when it is done.
    if (reason === "destroyed") return;
    failure = new ContrastiveError({
      who: 'backend "webgpu"',
      what: `the GPU was lost: ${message || "the driver was reset"}`,
      fix: "What was trained since the last checkpoint is gone: start again, and resume",
    });
  });
  return {
    throwIfFailed() {
      if (failure !== undefined) throw failure;
    },
  };
}
