import * as tf from "@tensorflow/tfjs-core";

/** What was sent to the GPU as the values of a tensor. */
export interface Upload {
  readonly shape: readonly number[];
  readonly bytes: number;
}

export interface Counts<T> {
  readonly result: T;
  /** Dispatches recorded, tfjs's own and ours. */
  readonly dispatches: number;
  readonly uploads: readonly Upload[];
  /** Bytes of each of what was written into storage otherwise. */
  readonly writes: readonly number[];
}

/** What of tfjs's backend this counts by. */
interface Counted {
  readonly tensorMap: { get(id: object): { resource?: unknown; values?: unknown; shape: number[] } };
  uploadToGPU(id: object): void;
}

/** Counts what `run` asks of the GPU. */
export function counting<T>(run: () => T): Counts<T> {
  const prototype = GPUComputePassEncoder.prototype;
  const backend = tf.backend() as unknown as Counted;
  const [dispatch, upload] = [prototype.dispatchWorkgroups, backend.uploadToGPU];
  const { writeBuffer } = GPUQueue.prototype;
  const uploads: Upload[] = [];
  const writes: number[] = [];
  let dispatches = 0;
  prototype.dispatchWorkgroups = function (...grid) {
    dispatches++;
    return dispatch.apply(this, grid);
  };
  backend.uploadToGPU = function (id) {
    const { resource, values, shape } = this.tensorMap.get(id);
    if (resource == null && values != null) {
      uploads.push({ shape, bytes: 4 * tf.util.sizeFromShape(shape) });
    }
    upload.call(this, id);
  };
  GPUQueue.prototype.writeBuffer = function (...written: Parameters<typeof writeBuffer>) {
    const [buffer, , data] = written;
    if ((buffer.usage & GPUBufferUsage.STORAGE) !== 0) writes.push(data.byteLength);
    return writeBuffer.apply(this, written);
  };
  try {
    return { result: run(), dispatches, uploads, writes };
  } finally {
    GPUQueue.prototype.writeBuffer = writeBuffer;
    prototype.dispatchWorkgroups = dispatch;
    backend.uploadToGPU = upload;
  }
}
