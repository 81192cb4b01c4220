import * as tf from "@tensorflow/tfjs-core";
import { type Attributes, type TensorFlowBackend, typed } from "../tensorflow.js";

export interface Change {
  readonly operation: string;
  readonly attributes: Attributes;
  /** What changes: the operation's first inputs. */
  readonly tensors: readonly tf.Tensor[];
  /** Its other inputs. */
  readonly by: readonly tf.Tensor[];
}

const FLOATS = { dtype: "float32" } as const;

/** TensorFlow's numbers of the variables' handles. */
const variables: number[] = [];

/**
 * Makes of a kernel's inputs what they are after an operation on variables, such as an optimizer's: each tensor is lent to a
 * variable of TensorFlow's and read from there. In one pass such an operation does what takes several of those on tensors.
 *
 * A result has the storage of its tensor, changed in place, where nobody else holds that and no other input shares it; else it is
 * a copy.
 */
export function changing(
  backend: TensorFlowBackend,
  inputs: Readonly<Record<string, tf.Tensor>>,
): (change: Change) => tf.Tensor[] {
  const uses = new Map<tf.DataId, number>();
  for (const { dataId } of Object.values(inputs)) uses.set(dataId, (uses.get(dataId) ?? 0) + 1);
  const isAlone = ({ dataId }: tf.Tensor) => backend.refCount(dataId) === 1 && !((uses.get(dataId) ?? 0) > 1);
  return (change) => changed(backend, change, isAlone);
}

function changed(
  backend: TensorFlowBackend,
  { operation, attributes, tensors, by }: Change,
  isAlone: (tensor: tf.Tensor) => boolean,
): tf.Tensor[] {
  const run = (name: string, given: Attributes, inputs: readonly number[], outputs: number) =>
    backend.binding.executeOp(name, typed(backend, given), [...inputs], outputs);
  while (variables.length < tensors.length) {
    // It takes tensors of any shape.
    const attributes = {
      ...FLOATS,
      container: "",
      shared_name: `lent${variables.length}`,
      shape: { shape: [] },
    };
    variables.push(run("VarHandleOp", attributes, [], 1)[0].id);
  }
  const held = variables.slice(0, tensors.length);
  const inPlace = tensors.map((tensor, i) => {
    const [id] = backend.getInputTensorIds([tensor]);
    run("AssignVariableOp", FLOATS, [held[i], id], 0);
    const alone = isAlone(tensor);
    // TensorFlow copies what is about to change where it is known by a number too.
    if (alone) forget(backend, tensor.dataId);
    return alone;
  });
  run(operation, attributes, [...held, ...backend.getInputTensorIds([...by])], 0);
  return tensors.map(({ dataId, shape, dtype }, i) => {
    const [output] = run("ReadVariableOp", FLOATS, [held[i]], 1);
    if (!inPlace[i]) return backend.createOutputTensor(output);
    backend.tensorMap.get(dataId).id = output.id;
    backend.incRef(dataId);
    return tf.engine().makeTensorFromTensorInfo({ dataId, shape, dtype });
  });
}

function forget({ binding, tensorMap }: TensorFlowBackend, dataId: tf.DataId): void {
  const stored = tensorMap.get(dataId);
  binding.deleteTensor(stored.id);
  stored.id = -1;
}
