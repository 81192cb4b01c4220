import type { WebGPUBackend } from "@tensorflow/tfjs-backend-webgpu";
import { createBufferPool } from "./buffer-pool.js";
import { open } from "./private-fields.js";

/** Dispatches in a submission: enough that it costs little, and few enough that no driver takes a slow GPU for one that hangs. */
export const DISPATCHES_IN_SUBMIT = 32;

/**
 * Puts a pool of this package in the place of the backend's, and lets a tensor's buffer go when the tensor does.
 *
 * tfjs holds it until what uses it is submitted. The GPU does a queue's work in order, so a buffer can be written again by the next
 * command; what the processor writes (uniforms, uploads) tfjs keeps apart, and a runner's `write` comes after a submission.
 */
export function manageBuffers(tfjsBackend: WebGPUBackend): void {
  const backend = open(tfjsBackend);
  backend.bufferManager.dispose();
  backend.bufferManager = createBufferPool(backend.device);
  const nothing = { has: () => false, add: () => nothing };
  Object.defineProperty(backend, "commandQueueOwnedIds", { get: () => nothing, set: () => {} });
}
