import type * as tf from "@tensorflow/tfjs-core";

/** What this package uses of tfjs-node's backend. */
export interface TensorFlowBackend extends tf.KernelBackend {
  readonly isUsingGpuDevice: boolean;
  readonly binding: Binding;
  executeMultipleOutputs(
    name: string,
    attributes: { name: string; type: number; value: unknown }[],
    inputs: tf.TensorInfo[],
    outputs: number,
  ): tf.Tensor[];
}

interface Binding {
  readonly TF_Version: string;
  readonly TF_FLOAT: number;
  readonly TF_INT32: number;
  readonly TF_ATTR_BOOL: number;
  readonly TF_ATTR_FLOAT: number;
  readonly TF_ATTR_INT: number;
  readonly TF_ATTR_STRING: number;
  readonly TF_ATTR_TYPE: number;
}

/** Under which tfjs-node registers itself. */
export const TENSORFLOW = "tensorflow";

/** Of an operation, by name: `"float32"` and `"int32"` are types, a list is of whole numbers, a number alone a float. */
export type Attributes = Readonly<Record<string, boolean | number | string | readonly number[]>>;

/** The results of a TensorFlow operation. */
export function execute(
  backend: TensorFlowBackend,
  name: string,
  attributes: Attributes,
  inputs: readonly tf.TensorInfo[],
  outputs = 1,
): tf.Tensor[] {
  const { binding } = backend;
  const typed = Object.entries(attributes).map(([key, value]) => ({
    name: key,
    ...attribute(binding, value),
  }));
  return backend.executeMultipleOutputs(name, typed, [...inputs], outputs);
}

function attribute(binding: Binding, value: Attributes[string]): { type: number; value: unknown } {
  if (value === "float32") return { type: binding.TF_ATTR_TYPE, value: binding.TF_FLOAT };
  if (value === "int32") return { type: binding.TF_ATTR_TYPE, value: binding.TF_INT32 };
  if (typeof value === "boolean") return { type: binding.TF_ATTR_BOOL, value };
  if (typeof value === "number") return { type: binding.TF_ATTR_FLOAT, value };
  if (typeof value === "string") return { type: binding.TF_ATTR_STRING, value };
  return { type: binding.TF_ATTR_INT, value: [...value] };
}
