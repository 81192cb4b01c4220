import type * as tf from "@tensorflow/tfjs-core";

/** What this package uses of tfjs-node's backend. */
export interface TensorFlowBackend extends tf.KernelBackend {
  readonly isUsingGpuDevice: boolean;
  readonly binding: Binding;
  readonly tensorMap: { get(data: tf.DataId): Stored };
  /** TensorFlow's numbers of tensors, which are uploaded where they are not there yet. */
  getInputTensorIds(tensors: tf.TensorInfo[]): number[];
  createOutputTensor(output: Output): tf.Tensor;
  executeMultipleOutputs(
    name: string,
    attributes: TypedAttribute[],
    inputs: tf.TensorInfo[],
    outputs: number,
  ): tf.Tensor[];
}

/** What tfjs-node knows of a tensor. */
interface Stored {
  /** TensorFlow's number of it; negative where it has none. */
  id: number;
}

/** What the addon says of an operation's result. */
interface Output {
  readonly id: number;
}

interface TypedAttribute {
  readonly name: string;
  readonly type: number;
  readonly value: unknown;
}

interface Binding {
  executeOp(name: string, attributes: TypedAttribute[], inputs: number[], outputs: number): Output[];
  deleteTensor(id: number): void;
  readonly TF_Version: string;
  readonly TF_FLOAT: number;
  readonly TF_INT32: number;
  readonly TF_ATTR_BOOL: number;
  readonly TF_ATTR_FLOAT: number;
  readonly TF_ATTR_INT: number;
  readonly TF_ATTR_SHAPE: number;
  readonly TF_ATTR_STRING: number;
  readonly TF_ATTR_TYPE: number;
}

/** Under which tfjs-node registers itself. */
export const TENSORFLOW = "tensorflow";

/** Of an operation, by name: `"float32"` and `"int32"` are types, a list is of whole numbers, a number alone a float. */
export type Attributes = Readonly<
  Record<string, boolean | number | string | readonly number[] | { readonly shape: readonly number[] }>
>;

/** The results of a TensorFlow operation. */
export function execute(
  backend: TensorFlowBackend,
  name: string,
  attributes: Attributes,
  inputs: readonly tf.TensorInfo[],
  outputs = 1,
): tf.Tensor[] {
  return backend.executeMultipleOutputs(name, typed(backend, attributes), [...inputs], outputs);
}

export function typed({ binding }: TensorFlowBackend, attributes: Attributes): TypedAttribute[] {
  return Object.entries(attributes).map(([name, value]) => ({ name, ...attribute(binding, value) }));
}

function attribute(binding: Binding, value: Attributes[string]): { type: number; value: unknown } {
  if (value === "float32") return { type: binding.TF_ATTR_TYPE, value: binding.TF_FLOAT };
  if (value === "int32") return { type: binding.TF_ATTR_TYPE, value: binding.TF_INT32 };
  if (typeof value === "boolean") return { type: binding.TF_ATTR_BOOL, value };
  if (typeof value === "number") return { type: binding.TF_ATTR_FLOAT, value };
  if (typeof value === "string") return { type: binding.TF_ATTR_STRING, value };
  if ("shape" in value) return { type: binding.TF_ATTR_SHAPE, value: [...value.shape] };
  return { type: binding.TF_ATTR_INT, value: [...value] };
}
