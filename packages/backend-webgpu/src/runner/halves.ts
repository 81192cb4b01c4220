import type { WebGPUBackend } from "@tensorflow/tfjs-backend-webgpu";
import * as tf from "@tensorflow/tfjs-core";
import { fitsHalves } from "../shaders/half.js";

/** Those tensors whose values are stored as halves. To tfjs they are float32 like all others. */
export interface Halves {
  has(tensor: Pick<tf.TensorInfo, "dataId">): boolean;
  /** Whether a shader can read the tensor as it is: it is of halves, four of which lie in a row. */
  areIn(tensor: tf.TensorInfo): boolean;
  /** Says so of a tensor that got the storage of one. */
  add(tensor: Pick<tf.TensorInfo, "dataId">): void;
  /** A new one, not filled. The caller owns it. */
  create(shape: readonly number[]): tf.TensorInfo;
}

/** As `tensorMap`'s own buffers, so that they come from the same pool. */
const usage = () => GPUBufferUsage.STORAGE | GPUBufferUsage.COPY_SRC | GPUBufferUsage.COPY_DST;

const known = new WeakMap<WebGPUBackend, Halves>();

/** Those of a backend. */
export function halvesOf(backend: WebGPUBackend): Halves {
  let halves = known.get(backend);
  if (halves === undefined) known.set(backend, (halves = createHalves(backend)));
  return halves;
}

/** A new set of them, which no other runner knows. */
export function createHalves(backend: WebGPUBackend): Halves {
  const ids = new WeakSet<object>();
  return {
    has: ({ dataId }) => ids.has(dataId),
    add: ({ dataId }) => void ids.add(dataId),
    areIn: ({ dataId, shape }) => ids.has(dataId) && fitsHalves(shape),
    create(shape) {
      const tensor = backend.makeTensorInfo([...shape], "float32");
      const bytes = 2 * tf.util.sizeFromShape(tensor.shape);
      backend.tensorMap.get(tensor.dataId).resource = backend.bufferManager.acquireBuffer(bytes, usage());
      ids.add(tensor.dataId);
      return tensor;
    },
  };
}
