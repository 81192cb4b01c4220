import { ContrastiveError } from "@contrastive/core";
import type { WebGPUBackend } from "@tensorflow/tfjs-backend-webgpu";
import type { BufferManager } from "./buffer-pool.js";

/** What tfjs's backend has and its types don't show; all packages stand on one exact version of it. */
export interface OpenBackend {
  readonly device: GPUDevice;
  bufferManager: BufferManager;
  readonly tensorMap: {
    get(id: object): { resource?: GPUBuffer | null; values?: unknown; external?: boolean };
  };
  commandEncoder: GPUCommandEncoder | null;
  computePassEncoder: GPUComputePassEncoder | null;
  readonly commandQueueOwnedIds: unknown;
  dispatchCountInPass: number;
  ensureCommandEncoderReady(): void;
  endComputePassEncoder(): void;
  submitQueue(): void;
  uploadToGPU(id: object): void;
}

const fields = [
  "device",
  "bufferManager",
  "tensorMap",
  "commandEncoder",
  "computePassEncoder",
  "commandQueueOwnedIds",
  "dispatchCountInPass",
  "ensureCommandEncoderReady",
  "endComputePassEncoder",
  "submitQueue",
  "uploadToGPU",
] as const satisfies readonly (keyof OpenBackend)[];

/** Throws where tfjs's backend is not the one that this package knows. */
export function open(backend: WebGPUBackend): OpenBackend {
  const missing = fields.find((field) => !(field in backend));
  if (missing === undefined) return backend as unknown as OpenBackend;
  throw new ContrastiveError({
    who: 'backend "webgpu"',
    what: `@tensorflow/tfjs-backend-webgpu must be 4.22.0: its backend has no "${missing}"`,
    fix: "Run: npm install @tensorflow/tfjs-backend-webgpu@4.22.0",
  });
}
