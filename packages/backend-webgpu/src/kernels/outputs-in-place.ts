import type * as tf from "@tensorflow/tfjs-core";
import type { Runner } from "../runner/runner.js";

export interface OutputInPlace {
  readonly size: number;
  readonly from: tf.TensorInfo;
  /** In the storage of `from`, where it is in place. */
  readonly to: tf.TensorInfo;
  readonly inPlace: boolean;
}

/**
 * An output for each of the tensors, in its storage where nobody else holds that; `inputs` are all that the kernel reads, and what is
 * two of them stays.
 */
export function outputsInPlace(
  runner: Runner,
  tensors: readonly tf.Tensor[],
  inputs: Readonly<Record<string, tf.Tensor>>,
): OutputInPlace[] {
  const uses = new Map<object, number>();
  for (const { dataId } of Object.values(inputs)) uses.set(dataId, (uses.get(dataId) ?? 0) + 1);
  return tensors.map((tensor) => {
    const { size, shape, dtype, dataId } = tensor;
    const kept = uses.get(dataId) === 1 && size > 0 ? runner.takeOver(tensor) : undefined;
    // No backend computes on another type but those.
    const to = kept ?? runner.output(shape, dtype as "float32" | "int32" | "bool");
    return { size, from: kept ?? tensor, to, inPlace: kept !== undefined };
  });
}
