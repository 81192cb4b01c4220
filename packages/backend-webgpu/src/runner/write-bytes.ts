import type { WebGPUBackend } from "@tensorflow/tfjs-backend-webgpu";
import * as tf from "@tensorflow/tfjs-core";
import { open } from "./private-fields.js";

/**
 * Fills the beginning of a tensor that `output` has just made with bytes, of which there must be a multiple of four.
 *
 * The queue writes at once, before what is recorded and not submitted yet. Nothing recorded uses the tensor's buffer: tfjs hands
 * out buffers again only after the commands that used them were submitted.
 */
export function writeBytes({ dataId }: tf.TensorInfo, bytes: Uint8Array<ArrayBuffer>): void {
  // Kernels run on the active backend. tfjs types it by what all backends have.
  const backend = open(tf.backend() as WebGPUBackend);
  backend.uploadToGPU(dataId);
  backend.device.queue.writeBuffer(backend.tensorMap.get(dataId).resource!, 0, bytes);
}
