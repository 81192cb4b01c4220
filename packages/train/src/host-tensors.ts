import * as tf from "@tensorflow/tfjs-core";
import type { HostTensor, Params } from "@contrastive/core";

/** Reads tensors into host memory. */
export async function toHost(params: Params): Promise<Record<string, HostTensor>> {
  const read = Object.entries(params).map(async ([name, tensor]) => {
    const data = await tensor.data();
    return [name, { shape: tensor.shape, data: data as HostTensor["data"] }] as const;
  });
  return Object.fromEntries(await Promise.all(read));
}

/** Uploads tensors. The caller owns them. */
export function toDevice(tensors: Readonly<Record<string, HostTensor>>): Record<string, tf.Tensor> {
  return Object.fromEntries(
    Object.entries(tensors).map(([name, { shape, data }]) => [
      name,
      tf.keep(tf.tensor(data, [...shape], data instanceof Float32Array ? "float32" : "int32")),
    ]),
  );
}

/**
 * Weights in PyTorch's layout: convolutions `[out, in, height, width]` for `[height, width, in, out]`, matrices
 * `[out, in]` for `[in, out]`; the rest as it is.
 */
export function toTorchLayout(tensors: Readonly<Record<string, HostTensor>>): Record<string, HostTensor> {
  return permuteEach(tensors, { 2: [1, 0], 4: [3, 2, 0, 1] });
}

export function fromTorchLayout(tensors: Readonly<Record<string, HostTensor>>): Record<string, HostTensor> {
  return permuteEach(tensors, { 2: [1, 0], 4: [2, 3, 1, 0] });
}

function permuteEach(
  tensors: Readonly<Record<string, HostTensor>>,
  byRank: Readonly<Record<number, readonly number[]>>,
): Record<string, HostTensor> {
  return Object.fromEntries(
    Object.entries(tensors).map(([name, tensor]) => {
      const order = byRank[tensor.shape.length];
      return [name, order === undefined ? tensor : permute(tensor, order)];
    }),
  );
}

function permute({ shape, data }: HostTensor, order: readonly number[]): HostTensor {
  const strides = shape.map((_, axis) => shape.slice(axis + 1).reduce((a, b) => a * b, 1));
  const newShape = order.map((axis) => shape[axis]);
  const newStrides = order.map((axis) => strides[axis]);
  const out = data.slice();
  const index = newShape.map(() => 0);
  for (let i = 0, from = 0; i < out.length; i++) {
    out[i] = data[from];
    for (let axis = newShape.length - 1; axis >= 0; axis--) {
      from += newStrides[axis];
      if (++index[axis] < newShape[axis]) break;
      from -= newStrides[axis] * newShape[axis];
      index[axis] = 0;
    }
  }
  return { shape: newShape, data: out };
}
