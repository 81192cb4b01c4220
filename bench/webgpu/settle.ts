import * as tf from "@tensorflow/tfjs";

/** Seconds without a new pipeline after which no tile is left to be tuned. */
const QUIET = 3;

/** Computes until tiles are tuned, for which the backend compiles pipelines beside the program; at most so many seconds. */
export async function settle(compute: () => Promise<unknown>, seconds: number): Promise<void> {
  let compiled = performance.now();
  const { createComputePipelineAsync } = GPUDevice.prototype;
  GPUDevice.prototype.createComputePipelineAsync = function (descriptor) {
    compiled = performance.now();
    return createComputePipelineAsync.call(this, descriptor);
  };
  const end = performance.now() + 1000 * seconds;
  // Whatever is read, some tuning follows: many reads in the place of many steps.
  const anything = tf.scalar(0);
  while (performance.now() < Math.min(end, compiled + 1000 * QUIET)) {
    await compute();
    for (let i = 0; i < 20; i++) {
      await anything.data();
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
  }
  anything.dispose();
  GPUDevice.prototype.createComputePipelineAsync = createComputePipelineAsync;
}
