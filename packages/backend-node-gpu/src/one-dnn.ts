import type * as tf from "@tensorflow/tfjs-core";
import { type Attributes, execute, type TensorFlowBackend } from "./tensorflow.js";

/** Operations that this TensorFlow has no such kernel of. */
const missing = new Set<string>();

/**
 * The results of an operation by oneDNN's kernel, which TensorFlow's builds for x86 have under a name of its own, whether they take
 * it by themselves on this processor or not. Undefined where there is none: in other builds, on a GPU, and where the user has turned
 * oneDNN off by `TF_ENABLE_ONEDNN_OPTS=0`.
 */
export function executeByOneDnn(
  backend: TensorFlowBackend,
  name: string,
  attributes: Attributes,
  inputs: readonly tf.TensorInfo[],
  outputs = 1,
): tf.Tensor[] | undefined {
  if (backend.isUsingGpuDevice || process.env.TF_ENABLE_ONEDNN_OPTS === "0" || missing.has(name))
    return undefined;
  try {
    return execute(
      backend,
      `_MklNative${name}`,
      { ...attributes, _kernel: "MklNameChangeOp" },
      inputs,
      outputs,
    );
  } catch {
    // What is wrong with the inputs, TensorFlow's own operation says as well.
    missing.add(name);
    return undefined;
  }
}
