import { parentPort, workerData } from "node:worker_threads";
import { createBatchRunner, type PackedBatch } from "./run-batch.js";

/** What a thread is told: a batch, and the memory in which the values of all threads' batches lie. */
export interface ToWorker {
  readonly batch: PackedBatch;
  readonly values: Float32Array<SharedArrayBuffer>;
}

// This file only ever starts as a worker, which has one.
const port = parentPort!;
const run = createBatchRunner(workerData as WebAssembly.Module);

port.on("message", ({ batch, values }: ToWorker) => {
  run(batch, values);
  port.postMessage("done");
});
