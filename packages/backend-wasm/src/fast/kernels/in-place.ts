import type { BackendWasm } from "@tensorflow/tfjs-backend-wasm";
import type * as tf from "@tensorflow/tfjs-core";
import type { Runtime } from "../runtime.js";

/**
 * Says where an operation that consumes its inputs may write the successor of one: in its storage where nobody else holds
 * that (a clone does) and no other input shares it, else in a new tensor.
 */
export function inPlace(
  backend: BackendWasm,
  runtime: Runtime,
  inputs: Readonly<Record<string, tf.Tensor>>,
): (tensor: tf.Tensor) => tf.TensorInfo {
  const uses = new Map<object, number>();
  for (const { dataId } of Object.values(inputs)) uses.set(dataId, (uses.get(dataId) ?? 0) + 1);
  return ({ dataId, shape, dtype }) => {
    if (backend.refCount(dataId) > 1 || uses.get(dataId) !== 1) return runtime.output(shape);
    backend.incRef(dataId);
    return { dataId, shape, dtype };
  };
}
