import { ContrastiveError } from "@contrastive/core";

/** WebGPU reports errors beside the program, not in it: this keeps the first one, and throws it where one asks. */
export interface Failures {
  throwIfFailed(): void;
  /** What `read` gives, unless something failed; where reading fails because the GPU is lost, that is the error. */
  check<T>(read: Promise<T>): Promise<T>;
}

/** In milliseconds: a read fails before the loss that made it fail is told. */
const PATIENCE = 1000;

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
  const lost = device.lost.then(({ reason, message }) => {
    // The program destroys it when it is done.
    if (reason === "destroyed") return;
    failure = new ContrastiveError({
      who: 'backend "webgpu"',
      what: `the GPU was lost: ${message.replace(/\.+$/, "") || "the driver was reset"}`,
      fix: "What was trained since the last checkpoint is gone: start again, and resume",
    });
  });
  const throwIfFailed = () => {
    if (failure !== undefined) throw failure;
  };
  return {
    throwIfFailed,
    async check(read) {
      const values = await read.catch(async (error: unknown) => {
        await Promise.race([lost, new Promise((resolve) => setTimeout(resolve, PATIENCE))]);
        throwIfFailed();
        throw error;
      });
      throwIfFailed();
      return values;
    },
  };
}
