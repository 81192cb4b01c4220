import * as tf from "@tensorflow/tfjs-core";
import { kernel } from "./kernel.js";

/** Einstein summation over one or two tensors, as a matrix product between transposes. */
export const einsum = kernel<never, tf.EinsumAttrs>(tf.Einsum, ({ inputs, attrs: { equation } }) =>
  tf.tidy(() => {
    const tensors: readonly tf.Tensor[] = Object.values(inputs);
    const { allDims, summedDims, idDims } = tf.backend_util.decodeEinsumEquation(equation, tensors.length);
    tf.backend_util.checkEinsumDimSizes(allDims.length, idDims, [...tensors]);
    const outRank = allDims.length - summedDims.length;
    // An axis of one tensor alone that the output lacks is summed at once.
    const terms = tensors.map((tensor, i): Term => {
      const lonely = idDims[i].filter(
        (id) => id >= outRank && idDims.every((ids, j) => j === i || !ids.includes(id)),
      );
      return {
        tensor:
          lonely.length === 0
            ? tensor
            : tf.sum(
                tensor,
                lonely.map((id) => idDims[i].indexOf(id)),
              ),
        ids: idDims[i].filter((id) => !lonely.includes(id)),
      };
    });
    const { tensor, ids } = terms.length === 1 ? terms[0] : contract(terms[0], terms[1], outRank);
    return arrange(
      { tensor, ids },
      [...ids].sort((a, b) => a - b),
    );
  }),
);

/** A tensor and, for each of its axes, the number of its label; labels below the output's rank are its axes. */
interface Term {
  readonly tensor: tf.Tensor;
  readonly ids: readonly number[];
}

function contract(a: Term, b: Term, outRank: number): Term {
  const batch = a.ids.filter((id) => b.ids.includes(id) && id < outRank);
  const summed = a.ids.filter((id) => b.ids.includes(id) && id >= outRank);
  const onlyA = a.ids.filter((id) => !b.ids.includes(id));
  const onlyB = b.ids.filter((id) => !a.ids.includes(id));
  const left = arrange(a, [...batch, ...onlyA, ...summed]);
  const right = arrange(b, [...batch, ...summed, ...onlyB]);
  const sizes = (term: Term, ids: readonly number[]) =>
    ids.map((id) => term.tensor.shape[term.ids.indexOf(id)]);
  const count = (term: Term, ids: readonly number[]) => tf.util.sizeFromShape(sizes(term, ids));
  const left3D = tf.reshape(left, [count(a, batch), count(a, onlyA), count(a, summed)]);
  const right3D = tf.reshape(right, [count(a, batch), count(a, summed), count(b, onlyB)]);
  const product = summed.length === 0 ? tf.mul(left3D, right3D) : tf.matMul(left3D, right3D);
  return {
    tensor: tf.reshape(product, [...sizes(a, batch), ...sizes(a, onlyA), ...sizes(b, onlyB)]),
    ids: [...batch, ...onlyA, ...onlyB],
  };
}

function arrange({ tensor, ids }: Term, order: readonly number[]): tf.Tensor {
  return tf.transpose(
    tensor,
    order.map((id) => ids.indexOf(id)),
  );
}
