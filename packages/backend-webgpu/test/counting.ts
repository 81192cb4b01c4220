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
  const uploads: Upload[] = [];
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
  try {
    return { result: run(), dispatches, uploads };
  } finally {
    prototype.dispatchWorkgroups = dispatch;
    backend.uploadToGPU = upload;
  }
}
