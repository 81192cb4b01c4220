import type * as tf from "@tensorflow/tfjs";
import { timeSteps } from "./training.js";

/** Steps without a new pipeline after which no tile is left to be tuned. */
const QUIET_STEPS = 40;

/** Trains until tiles are tuned, which a backend that is compiling pipelines beside the program is not done with; at most so long. */
export async function settle(step: () => tf.Scalar, seconds: number): Promise<void> {
  let compiled = 0;
  const { createComputePipelineAsync } = GPUDevice.prototype;
  GPUDevice.prototype.createComputePipelineAsync = function (descriptor) {
    compiled++;
    return createComputePipelineAsync.call(this, descriptor);
  };
  const end = performance.now() + 1000 * seconds;
  for (let quiet = 0; quiet < QUIET_STEPS && performance.now() < end; quiet++) {
    const before = compiled;
    await timeSteps(step, 1);
    if (compiled > before) quiet = 0;
  }
  GPUDevice.prototype.createComputePipelineAsync = createComputePipelineAsync;
}
